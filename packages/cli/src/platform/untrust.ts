/** `slipway untrust`: takes back what `slipway trust` did to this machine. */
import { untrustAuthority } from '@slipway/setup';
import { defineCommand } from '../command.ts';
import { QUIET } from '../shared-options.ts';

export const command = defineCommand({
  options: { quiet: QUIET },
  async run({ context }) {
    const config = await context.platform();
    const isChanged = await untrustAuthority(config);
    const name = `the authority of platform "${config.name}"`;
    context.say(isChanged ? `This machine does not trust ${name} any more` : `This machine does not trust ${name}`);
  },
});
