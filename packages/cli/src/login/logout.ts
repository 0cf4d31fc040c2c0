/** `slipway logout`: forgets credentials. Where the platform is stays known, so that logging in again is one word. */
import { defineCommand } from '../command.ts';
import { QUIET } from '../shared-options.ts';
import { contextsLoggedIn, dropCredentials } from './credentials.ts';

export const command = defineCommand({
  options: {
    all: { names: ['--all'], kind: 'flag', summary: 'of every context', default: 'false' },
    quiet: QUIET,
  },
  examples: ['slipway logout', 'slipway logout --context work', 'slipway logout --all'],
  async run({ options, context }) {
    const loggedIn = await contextsLoggedIn(context.env);
    if (options.all) {
      await dropCredentials(context.env, () => true);
      context.say(`Logged out of ${loggedIn.size} contexts`);
      return;
    }
    const target = await context.target();
    if (target.kind === 'machine') {
      context.say('There is nothing to log out of: commands on this machine use the token of its administrator');
      return;
    }
    await dropCredentials(context.env, (name) => name === target.name);
    const was = loggedIn.has(target.name) ? 'Logged out' : 'Nobody was logged in; nothing changed: logged out';
    context.say(
      `${was} of context "${target.name}". An API key stays valid until it is revoked: slipway apikey delete`,
    );
  },
});
