/** `slipway context use`: which platform commands speak to from now on. */
import { defineCommand } from '../command.ts';
import { changeSettings } from '../login/cli-settings.ts';
import { LOCAL_CONTEXT, noSuchContext } from '../login/target.ts';
import { NAME, QUIET } from '../shared-options.ts';

export const command = defineCommand({
  options: { name: NAME, quiet: QUIET },
  operands: ['NAME'],
  examples: ['slipway context use work', 'slipway context use local'],
  async run({ options: { name = '' }, context }) {
    await changeSettings(context.env, (settings) => {
      const { current: _before, ...others } = settings;
      if (name === LOCAL_CONTEXT) return others;
      if (!Object.hasOwn(settings.contexts, name)) throw noSuchContext(name, '--name', settings);
      return { ...others, current: name };
    });
    context.say(
      name === LOCAL_CONTEXT ? 'Commands use the platform of this machine' : `Commands use context "${name}"`,
    );
  },
});
