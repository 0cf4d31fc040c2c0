/** `slipway app restart`: its spellings are known, the operation comes with a later release. */
import { defineCommand } from '../command.ts';
import { QUIET } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';

export const command = defineCommand({
  options: {
    name: { names: ['--application', '--app', '-a', '--name', '-n'], kind: 'value', summary: 'name of the app' },
    instance: { names: ['--instance', '-i'], kind: 'value', summary: 'one instance only' },
    quiet: QUIET,
  },
  operands: ['NAME'],
  async run({ options }) {
    throw new UsageFault('Restarting an app is not available yet', [
      `A new revision replaces its instances: slipway app update --name ${options.name ?? 'NAME'} --env RESTARTED=1`,
    ]);
  },
});
