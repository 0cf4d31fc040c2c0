/** `slipway app restart`: its spellings are known, the operation comes with a later release. */
import { QUIET } from '../shared-options.ts';
import { unavailableCommand } from '../unavailable-command.ts';

export const command = unavailableCommand(
  {
    name: { names: ['--application', '--app', '-a', '--name', '-n'], kind: 'value', summary: 'name of the app' },
    instance: { names: ['--instance', '-i'], kind: 'value', summary: 'one instance only' },
    quiet: QUIET,
  },
  {
    feature: 'Restarting an app',
    fix: ['A new revision replaces its instances: slipway app update --name NAME --env RESTARTED=1'],
  },
);
