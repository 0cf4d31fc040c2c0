/** `slipway project get`. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { QUIET } from '../shared-options.ts';
import { chosenProject, PROJECT_OPTIONS, renderProject, selectedProject } from './project-options.ts';

export const command = defineCommand({
  options: { ...PROJECT_OPTIONS, output: OUTPUT_OPTION, quiet: QUIET },
  operands: ['NAME'],
  async run({ options, context }) {
    const client = await context.client();
    const { id } = await chosenProject(context, client, options);
    const project = await client.getProject({ params: { id }, signal: context.signal });
    const selected = await selectedProject(context);
    const isSelected = selected === project.id || selected === project.name;
    context.terminal.write((await renderOutput(options.output, project)) ?? renderProject(project, isSelected));
  },
});
