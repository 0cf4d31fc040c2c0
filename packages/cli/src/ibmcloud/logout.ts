/** `ibmcloud logout`. */
import { defineCommand } from '../command.ts';
import { dropCredentials } from '../login/credentials.ts';
import { SHORT } from './ibmcloud-options.ts';

export const command = defineCommand({
  options: { quiet: SHORT },
  async run({ context }) {
    const target = await context.target();
    if (target.kind === 'context') await dropCredentials(context.env, (name) => name === target.name);
    context.terminal.write('Logging out...\nOK\n');
  },
});
