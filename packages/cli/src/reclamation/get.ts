/** `slipway reclamation get`. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { PROJECT_OPTIONS } from '../project/project-options.ts';
import { QUIET } from '../shared-options.ts';
import { chosenReclamation, renderReclamation } from './render-reclamation.ts';

export const command = defineCommand({
  options: { ...PROJECT_OPTIONS, output: OUTPUT_OPTION, quiet: QUIET },
  operands: ['NAME'],
  async run({ options, context }) {
    const reclamation = await chosenReclamation(context, await context.client(), options);
    const text = await renderOutput(options.output, reclamation);
    context.terminal.write(text ?? renderReclamation(reclamation, Date.now()));
  },
});
