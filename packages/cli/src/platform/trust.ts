/** `slipway trust`: programs of this machine accept the platform's own certificates, and URLs of apps say https. */
import { authorityPath, trustAuthority, trustedPath } from '@slipway/setup';
import { defineCommand } from '../command.ts';
import { QUIET } from '../shared-options.ts';

export const command = defineCommand({
  options: { quiet: QUIET },
  examples: ['slipway trust', 'slipway untrust'],
  async run({ context }) {
    const config = await context.platform();
    await trustAuthority(config);
    context.say(`This machine trusts the authority of platform "${config.name}" now: ${trustedPath(config)}`);
    context.say(
      `It vouches for names under ${config.domain} alone. Programs that run already may have to be started again`,
    );
    context.say(
      `Browsers that have a store of their own (Firefox; Chromium on Linux) take ${authorityPath(config)}, e.g.:`,
    );
    context.say(`  certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n slipway-${config.name} -i ${authorityPath(config)}`);
    context.say('Take it back: slipway untrust');
  },
});
