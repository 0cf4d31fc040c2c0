/** `slipway persistentdatastore get`. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { renderDataStore } from './render-data-store.ts';

export const command = defineCommand({
  options: { name: NAME, output: OUTPUT_OPTION, quiet: QUIET },
  operands: ['NAME'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id, name: options.name ?? '' };
    const store = await client.getPersistentDataStore({ params, signal });
    const text = await renderOutput(options.output, store);
    context.terminal.write(text ?? renderDataStore(store, { projectName: project.name, nowMs: Date.now() }));
  },
});
