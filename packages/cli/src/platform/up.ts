/** `slipway up`: the machine becomes a platform; a second call only says that it is one. */
import { apiUrl, bringUp, enableAtBoot, readPlatformSettings } from '@slipway/setup';
import { defineCommand } from '../command.ts';
import { createSteps } from '../terminal/steps.ts';
import { FIRST_START_LINE } from './access-lines.ts';
import { PLATFORM_OPTIONS } from './platform-options.ts';
import { requireMachine } from './require-machine.ts';

export const command = defineCommand({
  options: {
    boot: { names: ['--boot'], kind: 'flag', summary: 'start the platform at boot too (systemd)' },
    quiet: { names: ['--quiet', '-q'], kind: 'flag', summary: 'print errors only' },
    ...PLATFORM_OPTIONS,
  },
  examples: ['slipway up', 'slipway up --http-address 0.0.0.0 --http-port 80', 'slipway up --platform test'],
  async run({ options, context }) {
    requireMachine(context, 'start a platform');
    const { config, platform, started, madeAdministrator } = await bringUp({
      name: context.platformName,
      settings: readPlatformSettings(options, context.env),
      reporter: createSteps(context.terminal, { quiet: context.quiet, signal: context.signal }),
      signal: context.signal,
    });
    if (options.boot) context.say(`Starts at boot: ${await enableAtBoot(config)}`);
    const state = started ? 'is ready' : 'is running already';
    context.say(
      `Platform "${config.name}" ${platform.version} ${state}: API ${apiUrl(config)}, apps ${appsUrl(config)}`,
    );
    if (madeAdministrator) context.say(FIRST_START_LINE);
  },
});

function appsUrl({ http, domain }: { readonly http: { readonly port: number }; readonly domain: string }): string {
  return `http://*.${domain}${http.port === 80 ? '' : `:${http.port}`}`;
}
