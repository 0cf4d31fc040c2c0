/** `ibmcloud version`. */
import { defineCommand } from '../command.ts';
import { readVersion } from '../version-file.ts';
import { SHORT } from './ibmcloud-options.ts';

export const command = defineCommand({
  options: { quiet: SHORT },
  async run({ context }) {
    context.terminal.write(`ibmcloud ${await readVersion()} (Slipway)\n`);
  },
});
