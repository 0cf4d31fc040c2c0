/** `slipway context rename`. */
import { defineCommand } from '../command.ts';
import { changeSettings } from '../login/cli-settings.ts';
import { moveCredential } from '../login/credentials.ts';
import { noSuchContext, requireContextName } from '../login/target.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { CommandFault } from '../usage-fault.ts';

export const command = defineCommand({
  options: {
    name: NAME,
    newName: { names: ['--new-name'], kind: 'value', summary: 'its name from now on', required: true },
    quiet: QUIET,
  },
  operands: ['NAME'],
  examples: ['slipway context rename 192.0.2.10:8780 --new-name work'],
  async run({ options: { name = '', newName = '' }, context }) {
    requireContextName(newName);
    await changeSettings(context.env, (settings) => {
      const { [name]: moved, ...others } = settings.contexts;
      if (!moved) throw noSuchContext(name, '--name', settings);
      if (Object.hasOwn(settings.contexts, newName))
        throw new CommandFault('conflict', `Cannot rename context "${name}": there is one named "${newName}"`);
      const current = settings.current === name ? newName : settings.current;
      return { ...settings, contexts: { ...others, [newName]: moved }, ...(current !== undefined && { current }) };
    });
    await moveCredential(context.env, name, newName);
    context.say(`Renamed context "${name}" to "${newName}"`);
  },
});
