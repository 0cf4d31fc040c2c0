/** `ibmcloud login`: as `slipway login`, with the options of the public program. */
import { contextAnew } from '../command-context.ts';
import { defineCommand } from '../command.ts';
import { logIn } from '../login/log-in.ts';
import { UsageFault } from '../usage-fault.ts';
import { ACCOUNT, REGION, RESOURCE_GROUP, SHORT } from './ibmcloud-options.ts';
import { readPlace, renderPlace } from './read-place.ts';

/** The public cloud's own addresses: a script that names one means "the cloud", and a key of ours is not sent there. */
const PUBLIC_ENDPOINT = /^(https?:\/\/)?([\w-]+\.)*(cloud\.ibm\.com|bluemix\.net)(\/.*)?$/i;
const PASSWORD_FIX = ['Use an API key: --apikey @FILE', 'Or sign in in a browser: --sso'];

export const command = defineCommand({
  options: {
    url: { names: ['-a', '--api-endpoint'], kind: 'value', summary: 'address of the API (or SLIPWAY_URL)' },
    apikey: { names: ['--apikey'], kind: 'value', summary: 'API key, or @FILE (or IBMCLOUD_API_KEY)' },
    sso: { names: ['--sso'], kind: 'flag', summary: 'sign in in a browser' },
    region: REGION,
    noRegion: { names: ['--no-region'], kind: 'flag', summary: 'choose no region' },
    group: RESOURCE_GROUP,
    account: ACCOUNT,
    noAccount: { names: ['--no-account'], kind: 'flag', summary: 'choose no account' },
    user: { names: ['-u'], kind: 'value', summary: 'refused: there are no passwords' },
    password: { names: ['-p'], kind: 'value', summary: 'refused: there are no passwords' },
    skipSsl: { names: ['--skip-ssl-validation'], kind: 'flag', summary: 'refused: name the certificate instead' },
    force: { names: ['-f', '--force'], kind: 'flag', summary: 'ask nothing' },
    caFile: { names: ['--ca-file'], kind: 'value', summary: 'PEM file with certificates to trust this platform by' },
    quiet: SHORT,
  },
  examples: [
    'ibmcloud login --apikey @key.json -r us-south -g Default',
    'ibmcloud login -a https://10.0.0.5:8443 --sso',
  ],
  async run({ options, context }) {
    if (options.user !== undefined || options.password !== undefined)
      throw new UsageFault('Cannot log in with a user and a password: the platform keeps none', PASSWORD_FIX);
    if (options.skipSsl) {
      throw new UsageFault('Cannot leave the certificate unchecked: whoever is on the way would get the credential', [
        'Name it: --ca-file FILE',
      ]);
    }
    const isPublic = options.url !== undefined && PUBLIC_ENDPOINT.test(options.url);
    const url = isPublic ? undefined : options.url;
    if (isPublic) context.say(`"${options.url}" stands for this platform here; nothing is sent there`);
    const { context: stored, name } = await logIn(context, {
      url,
      caFile: options.caFile,
      apiKey: options.apikey,
      sso: options.sso === true,
      keepsKey: true,
      resourceGroup: options.group,
    });
    const after = contextAnew(context, { context: name });
    const place = await readPlace(after);
    sayRegion(context, options.region, place.region);
    if (context.quiet) return;
    const head = `API endpoint: ${stored.url}\nAuthenticating...\nOK\n\n`;
    const targets = `Targeted account Slipway (${place.accountId})\n\nTargeted resource group ${place.group.name}\n\n`;
    context.terminal.write(`${head}${targets}Targeted region ${place.region}\n\n${renderPlace(place)}`);
  },
});

export function sayRegion(context: { say(text: string): void }, wanted: string | undefined, actual: string): void {
  if (wanted !== undefined && wanted !== actual)
    context.say(`"${wanted}" stands for the one region of this platform here: ${actual}`);
}
