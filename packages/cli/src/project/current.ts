/** `slipway project current`. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { QUIET } from '../shared-options.ts';
import { renderProject } from './project-options.ts';

export const command = defineCommand({
  options: { output: OUTPUT_OPTION, quiet: QUIET },
  async run({ options, context }) {
    const client = await context.client();
    const { id } = await context.project();
    const project = await client.getProject({ params: { id }, signal: context.signal });
    context.terminal.write((await renderOutput(options.output, project)) ?? renderProject(project, true));
  },
});
