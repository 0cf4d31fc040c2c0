/** `slipway inbound get`. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET } from '../shared-options.ts';
import { renderInboundRules } from './inbound-options.ts';

export const command = defineCommand({
  options: { output: OUTPUT_OPTION, quiet: QUIET },
  examples: ['slipway inbound get'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const rules = await client.getInboundRules({ params: { project_id: project.id }, signal });
    const text = await renderOutput(options.output, rules);
    if (text === undefined && rules.rules.length === 0)
      context.say(`The apps of project "${project.name}" answer everybody who reaches them`);
    else context.terminal.write(text ?? renderInboundRules(rules));
  },
});
