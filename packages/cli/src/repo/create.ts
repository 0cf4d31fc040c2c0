/** `slipway repo create`: a secret of format ssh_auth. */
import { defineCommand } from '../command.ts';
import { renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { createSecret } from '../secret/keep-secret.ts';
import { encodeData } from '../secret/render-secret.ts';
import { readSecretData } from '../secret/secret-options.ts';
import { checkKnownHost } from './known-hosts.ts';
import { REPO_OPTIONS } from './repo-options.ts';

const { host, keyPath, ...others } = REPO_OPTIONS;

export const command = defineCommand({
  options: { host: { ...host, required: true }, keyPath: { ...keyPath, required: true }, ...others },
  operands: ['NAME'],
  examples: ['slipway repo create --name github --host github.com --key-path ~/.ssh/id_ed25519'],
  async run({ options, context }) {
    const { name = '' } = options;
    const data = await readSecretData(options, context);
    checkKnownHost(options.host, data['known_hosts']);
    const secret = await createSecret(await openProject(context), { name, format: 'ssh_auth', data });
    context.terminal.write((await renderOutput(options.output, encodeData(secret))) ?? '');
    context.say(`Created Git access secret "${name}"`);
  },
});
