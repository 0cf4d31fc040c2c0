/** `slipway configmap create`. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { DATA_OPTIONS, readData } from '../read-data.ts';
import { NAME, QUIET } from '../shared-options.ts';

export const command = defineCommand({
  options: { name: NAME, ...DATA_OPTIONS, output: OUTPUT_OPTION, quiet: QUIET },
  operands: ['NAME'],
  examples: ['slipway configmap create --name settings --from-literal COLOUR=blue --from-file app.ini'],
  async run({ options, context }) {
    const { name = '' } = options;
    const body = { name, data: await readData(options, context.cwd) };
    const { client, project, signal } = await openProject(context);
    const configMap = await client.createConfigMap({ params: { project_id: project.id }, body, signal });
    context.terminal.write((await renderOutput(options.output, configMap)) ?? '');
    context.say(`Created configmap "${name}"`);
  },
});
