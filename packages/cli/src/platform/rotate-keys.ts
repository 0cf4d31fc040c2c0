/** `slipway platform rotate-keys`: stores every secret with a new key, while the platform serves. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@slipway/client';
import type { DataKeys } from '@slipway/spec';
import type { CommandContext } from '../command-context.ts';
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { QUIET, WAIT_SECONDS_DEFAULT, shouldWait, waitOptions } from '../shared-options.ts';
import { createSteps } from '../terminal/steps.ts';
import { CommandFault } from '../usage-fault.ts';
import { renderDataKeys } from './render-data-keys.ts';

const POLL_MS = 200;

export const command = defineCommand({
  options: {
    status: { names: ['--status'], kind: 'flag', summary: 'show the keys and the last rotation, and start none' },
    output: OUTPUT_OPTION,
    quiet: QUIET,
    ...waitOptions(true),
  },
  examples: ['slipway platform rotate-keys', 'slipway platform rotate-keys --status'],
  async run({ options, context }) {
    const client = await context.client();
    const { signal } = context;
    const isAsked = options.status === true;
    const started = isAsked ? await client.getDataKeys({ signal }) : await client.rotateDataKeys({ signal });
    const isWaiting = !isAsked && shouldWait(options, true);
    const keys = isWaiting ? await waitRotated(context, client, options.waitTimeout ?? WAIT_SECONDS_DEFAULT) : started;
    context.terminal.write((await renderOutput(options.output, keys)) ?? renderDataKeys(keys));
    if (keys.rotation.state === 'failed') context.outcome.exit = 'failure';
  },
});

async function waitRotated(context: CommandContext, client: Client, seconds: number): Promise<DataKeys> {
  const { signal } = context;
  const step = createSteps(context.terminal, { quiet: context.quiet, signal }).begin('Sealing secrets with a new key');
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    const keys = await client.getDataKeys({ signal });
    const { state, resealed } = keys.rotation;
    if (state !== 'running') {
      if (state === 'failed') step.failed();
      else step.done(`${resealed} resealed`);
      return keys;
    }
    step.progress(`${resealed} resealed`);
    await delay(POLL_MS, undefined, { signal });
  }
  step.failed();
  throw new CommandFault(
    'timeout',
    `Cannot wait longer: the rotation was not finished within ${seconds} s; it goes on`,
  );
}
