/** `slipway login`: a platform elsewhere, or this machine's without being root. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { QUIET } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { logIn } from './log-in.ts';

export const command = defineCommand({
  options: {
    url: { names: ['--url', '-a'], kind: 'value', summary: 'address of its API (or SLIPWAY_URL)' },
    apikey: {
      names: ['--apikey'],
      kind: 'value',
      summary: 'API key: @FILE, - for standard input, or itself (or SLIPWAY_API_KEY, IBMCLOUD_API_KEY)',
    },
    sso: { names: ['--sso'], kind: 'flag', summary: 'sign in in a browser, with the log-in provider of the platform' },
    caFile: { names: ['--ca-file'], kind: 'value', summary: 'PEM file with certificates to trust this platform by' },
    noKeep: {
      names: ['--no-keep-key'],
      kind: 'flag',
      summary: 'keep no API key: the log-in ends a day after its last use',
      default: 'false',
    },
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  examples: [
    'slipway login --url https://platform.example.com --apikey @key.txt',
    'slipway login --url http://192.0.2.10:8780 --sso --context work',
    'SLIPWAY_API_KEY=… slipway login --url https://10.0.0.5:8443 --ca-file ca.pem',
  ],
  async run({ options, context }) {
    if (options.sso && options.apikey !== undefined) throw new UsageFault('Cannot use both --sso and --apikey');
    const {
      name,
      caller,
      context: stored,
      project,
    } = await logIn(context, {
      url: options.url,
      caFile: options.caFile,
      apiKey: options.apikey,
      sso: options.sso === true,
      keepsKey: options.noKeep !== true,
    });
    const document = { context: name, url: stored.url, user: caller.id, project_id: project?.id };
    context.terminal.write((await renderOutput(options.output, document)) ?? '');
    context.say(`Logged in to ${stored.url} as ${caller.id}; commands use context "${name}" now`);
    context.say(
      project
        ? `Project "${project.name}" is selected`
        : 'No project is selected: slipway project list, slipway project select NAME',
    );
  },
});
