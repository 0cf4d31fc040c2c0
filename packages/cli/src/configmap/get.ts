/** `slipway configmap get`. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { renderConfigMap } from './render-configmap.ts';

export const command = defineCommand({
  options: { name: NAME, output: OUTPUT_OPTION, quiet: QUIET },
  operands: ['NAME'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id, name: options.name ?? '' };
    const configMap = await client.getConfigMap({ params, signal });
    const text = await renderOutput(options.output, configMap);
    context.terminal.write(text ?? renderConfigMap(configMap, { projectName: project.name, nowMs: Date.now() }));
  },
});
