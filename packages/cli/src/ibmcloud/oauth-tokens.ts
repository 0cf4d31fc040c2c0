/** `ibmcloud iam oauth-tokens`: an access token for other programs. It ends by itself; what it was made with stays here. */
import { defineCommand } from '../command.ts';
import { createContextSession } from '../login/context-session.ts';
import { CommandFault } from '../usage-fault.ts';
import { JSON_OUTPUT, jsonText, SHORT } from './ibmcloud-options.ts';

export const command = defineCommand({
  options: { output: JSON_OUTPUT, quiet: SHORT },
  async run({ options, context }) {
    const target = await context.target();
    if (target.kind === 'machine') {
      throw new CommandFault(
        'auth',
        "Cannot print a token: commands on this machine use its administrator's, which never ends",
        ['Log in with an API key: ibmcloud login --apikey @FILE', 'Make one: slipway apikey create NAME'],
      );
    }
    await context.client();
    const { name, context: stored } = target;
    const { env, signal } = context;
    const token = `Bearer ${await createContextSession({ env, name, url: stored.url, signal }).token()}`;
    context.terminal.write(options.output === undefined ? `IAM token:  ${token}\n` : jsonText({ iam_token: token }));
  },
});
