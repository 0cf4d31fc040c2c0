/** `slipway traffic get`. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { readTraffic } from './app-traffic.ts';
import { renderTraffic } from './render-traffic.ts';

export const command = defineCommand({
  options: { name: NAME, output: OUTPUT_OPTION, quiet: QUIET },
  operands: ['NAME'],
  async run({ options, context }) {
    const traffic = await readTraffic(await openProject(context), options.name ?? '');
    context.terminal.write((await renderOutput(options.output, traffic)) ?? renderTraffic(traffic));
  },
});
