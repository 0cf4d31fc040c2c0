/** `slipway apikey create`: the key alone goes to standard output, so that a script can take it. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { expiryFrom } from './expiry.ts';

export const command = defineCommand({
  options: {
    name: NAME,
    owner: { names: ['--owner'], kind: 'value', summary: 'the user whose rights it has; yourself without it' },
    expires: {
      names: ['--expires', '-e'],
      kind: 'value',
      summary: 'when it ends: 12h, 90d or a time; never without it',
    },
    description: { names: ['--description', '-d'], kind: 'value', summary: 'what it is for' },
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  operands: ['NAME'],
  examples: [
    'slipway apikey create laptop',
    'slipway apikey create ci --owner robot@example.com --expires 90d',
    'KEY=$(slipway apikey create ci --quiet)',
  ],
  async run({ options, context }) {
    const { name = '', owner, description } = options;
    const expires_at = options.expires === undefined ? undefined : expiryFrom(options.expires, Date.now());
    const client = await context.client();
    const body = {
      name,
      ...(owner !== undefined && { owner }),
      ...(description !== undefined && { description }),
      ...(expires_at !== undefined && { expires_at }),
    };
    const key = await client.createApiKey({ body, signal: context.signal });
    context.terminal.write((await renderOutput(options.output, key)) ?? `${key.apikey}\n`);
    context.say(`Created API key "${name}" of ${key.owner}. Keep it now: it is not shown again`);
  },
});
