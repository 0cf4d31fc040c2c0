/** `slipway doctor`: every check with its fix. Exit code 1 when one failed. */
import { styleText } from 'node:util';
import { examine, formatChecks, type CheckState } from '@slipway/setup';
import { defineCommand } from '../command.ts';
import { requireMachine } from './require-machine.ts';

const COLORS = { ok: 'green', warning: 'yellow', failed: 'red' } as const;

export const command = defineCommand({
  options: { json: { names: ['--json'], kind: 'flag', summary: 'print the findings as JSON' } },
  async run({ options, context }) {
    requireMachine(context, 'check a machine');
    const results = await examine(context.platformName);
    const paint = (state: CheckState, text: string) =>
      process.stdout.isTTY && context.terminal.hasColor ? styleText(COLORS[state], text) : text;
    const text = options.json ? JSON.stringify(results, null, 2) : formatChecks(results, paint).join('\n');
    context.terminal.write(`${text}\n`);
    if (results.some((result) => result.state === 'failed')) context.outcome.exit = 'failure';
  },
});
