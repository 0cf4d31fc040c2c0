/** `slipway quota update`: for administrators. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { PROJECT_OPTIONS } from '../project/project-options.ts';
import { QUIET } from '../shared-options.ts';
import { parseLimits, quotaProject } from './quota-options.ts';

export const command = defineCommand({
  options: {
    ...PROJECT_OPTIONS,
    limit: { names: ['--limit', '-l'], kind: 'list', summary: 'NAME=N, or NAME=default', required: true },
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  operands: ['NAME'],
  examples: ['slipway quota update --name shop --limit apps=60 --limit secrets=default'],
  async run({ options, context }) {
    const body = parseLimits(options.limit ?? []);
    const client = await context.client();
    const { id, name } = await quotaProject(context, client, options);
    const quotas = await client.updateProjectQuotas({ params: { project_id: id }, body, signal: context.signal });
    context.terminal.write((await renderOutput(options.output, quotas)) ?? '');
    context.say(`Updated the quotas of project "${name}"`);
    for (const quota of quotas.quotas) {
      if (!(quota.name in body) || quota.used <= quota.limit) continue;
      context.say(`${quota.name}: ${quota.used} are in use. They stay, and no more are added`);
    }
  },
});
