/** `slipway context delete`: forgets where a platform is, with the log-in. The platform itself is not touched. */
import { defineCommand } from '../command.ts';
import { changeSettings, withoutContext } from '../login/cli-settings.ts';
import { dropCredentials } from '../login/credentials.ts';
import { noSuchContext } from '../login/target.ts';
import { NAME, QUIET } from '../shared-options.ts';

export const command = defineCommand({
  options: { name: NAME, quiet: QUIET },
  operands: ['NAME'],
  async run({ options: { name = '' }, context }) {
    await changeSettings(context.env, (settings) => {
      if (!Object.hasOwn(settings.contexts, name)) throw noSuchContext(name, '--name', settings);
      return withoutContext(settings, name);
    });
    await dropCredentials(context.env, (candidate) => candidate === name);
    context.say(`Deleted context "${name}"; the platform is not touched`);
  },
});
