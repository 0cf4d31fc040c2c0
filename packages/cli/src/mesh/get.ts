/** `slipway mesh get`. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { renderMesh } from './render-mesh.ts';

export const command = defineCommand({
  options: { name: NAME, output: OUTPUT_OPTION, quiet: QUIET },
  operands: ['NAME'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const mesh = await client.getAppMesh({ params: { project_id: project.id, name: options.name ?? '' }, signal });
    context.terminal.write((await renderOutput(options.output, mesh)) ?? renderMesh(mesh));
  },
});
