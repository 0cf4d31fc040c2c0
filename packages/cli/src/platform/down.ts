/** `slipway down`: everything of the platform stops; with --purge nothing of it stays on the machine. */
import { createInterface } from 'node:readline/promises';
import { bringDown } from '@slipway/setup';
import { defineCommand } from '../command.ts';
import { createSteps } from '../terminal/steps.ts';
import { UsageFault } from '../usage-fault.ts';

export const command = defineCommand({
  options: {
    purge: { names: ['--purge'], kind: 'flag', summary: 'also remove all apps, images and data of the platform' },
    force: { names: ['--force', '-f'], kind: 'flag', summary: 'do not ask before --purge' },
    quiet: { names: ['--quiet', '-q'], kind: 'flag', summary: 'print errors only' },
  },
  examples: ['slipway down', 'slipway down --purge --force'],
  async run({ options, context }) {
    const config = await context.platform();
    if (options.purge && !options.force) await confirmPurge(config.name, context.signal);
    await bringDown(config, {
      reporter: createSteps(context.terminal, { quiet: context.quiet, signal: context.signal }),
      purge: options.purge === true,
    });
    context.say(
      options.purge
        ? `Platform "${config.name}" is removed. The cache of base images stays: ${config.cacheDir}`
        : `Platform "${config.name}" is stopped; apps and data stay in ${config.stateDir}. Start it again: slipway up`,
    );
  },
});

async function confirmPurge(name: string, signal: AbortSignal): Promise<void> {
  if (process.stdin.isTTY !== true) {
    throw new UsageFault(`Cannot remove platform "${name}" without being sure: there is no terminal to ask on`, [
      'Add --force',
    ]);
  }
  using reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader.question(`Remove platform "${name}" with all apps, images and data? Type its name: `, {
    signal,
  });
  if (answer.trim() !== name) throw new UsageFault('Nothing was removed: the name was not typed');
}
