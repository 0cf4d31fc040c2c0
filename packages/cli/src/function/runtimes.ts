/** `slipway function runtimes`. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { QUIET } from '../shared-options.ts';
import { renderRuntimes } from './render-function.ts';

export const command = defineCommand({
  options: {
    all: { names: ['--all', '-A'], kind: 'flag', summary: 'those that are no longer kept up, too', default: 'false' },
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  async run({ options, context }) {
    const client = await context.client();
    const { function_runtimes: known } = await client.listFunctionRuntimes({ signal: context.signal });
    const items = options.all ? known : known.filter((runtime) => runtime.deprecated !== true);
    context.terminal.write((await renderOutput(options.output, { items })) ?? renderRuntimes(items));
  },
});
