/** `slipway inbound set`: all rules of a project at once; without `--allow` there are none. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET } from '../shared-options.ts';
import { parseInboundRule, renderInboundRules } from './inbound-options.ts';

export const command = defineCommand({
  options: {
    allow: {
      names: ['--allow', '-a'],
      kind: 'list',
      summary: 'CIDR, or APP=CIDR for one app; without it, everybody',
    },
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  examples: ['slipway inbound set --allow 203.0.113.0/24 --allow web=198.51.100.7/32', 'slipway inbound set'],
  async run({ options, context }) {
    const rules = (options.allow ?? []).map(parseInboundRule);
    const { client, project, signal } = await openProject(context);
    const after = await client.replaceInboundRules({ params: { project_id: project.id }, body: { rules }, signal });
    context.terminal.write((await renderOutput(options.output, after)) ?? renderInboundRules(after));
    const whom = rules.length === 0 ? 'everybody who reaches them' : 'these addresses alone where a rule is about them';
    context.say(`The apps of project "${project.name}" answer ${whom}`);
  },
});
