/** `slipway quota get`. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { PROJECT_OPTIONS } from '../project/project-options.ts';
import { QUIET } from '../shared-options.ts';
import { quotaProject, renderQuotas } from './quota-options.ts';

export const command = defineCommand({
  options: { ...PROJECT_OPTIONS, output: OUTPUT_OPTION, quiet: QUIET },
  operands: ['NAME'],
  examples: ['slipway quota get', 'slipway quota get --name shop'],
  async run({ options, context }) {
    const client = await context.client();
    const { id } = await quotaProject(context, client, options);
    const quotas = await client.getProjectQuotas({ params: { project_id: id }, signal: context.signal });
    context.terminal.write((await renderOutput(options.output, quotas)) ?? renderQuotas(quotas));
  },
});
