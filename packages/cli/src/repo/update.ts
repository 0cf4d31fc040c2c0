/** `slipway repo update`: changes only what is named. */
import { defineCommand } from '../command.ts';
import { renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { changeSecret, getSecret } from '../secret/keep-secret.ts';
import { encodeData } from '../secret/render-secret.ts';
import { REPO_ACCESS } from '../secret/secret-commands.ts';
import { readSecretData } from '../secret/secret-options.ts';
import { checkKnownHost } from './known-hosts.ts';
import { REPO_OPTIONS } from './repo-options.ts';

export const command = defineCommand({
  options: REPO_OPTIONS,
  operands: ['NAME'],
  examples: ['slipway repo update --name github --key-path ~/.ssh/id_new'],
  async run({ options, context }) {
    const { name = '' } = options;
    const set = await readSecretData(options, context);
    const scope = await openProject(context);
    const { format } = REPO_ACCESS;
    const before = await getSecret(scope, name, format);
    checkKnownHost(options.host, set['known_hosts'] ?? before.data?.['known_hosts']);
    const secret = await changeSecret(scope, { name, format, set });
    context.terminal.write((await renderOutput(options.output, encodeData(secret))) ?? '');
    context.say(`Updated Git access secret "${name}"`);
  },
});
