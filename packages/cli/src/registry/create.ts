/** `slipway registry create`: a secret of format registry. */
import { defineCommand } from '../command.ts';
import { renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { createSecret } from '../secret/keep-secret.ts';
import { encodeData } from '../secret/render-secret.ts';
import { REGISTRY_DEFAULTS, readSecretData } from '../secret/secret-options.ts';
import { withDefaults } from '../shared-options.ts';
import { askHidden } from '../terminal/ask-hidden.ts';
import { REGISTRY_OPTIONS } from './registry-options.ts';

export const command = defineCommand({
  options: withDefaults(REGISTRY_OPTIONS, REGISTRY_DEFAULTS),
  operands: ['NAME'],
  examples: ['slipway registry create --name login --server icr.io --password-from-file key.txt'],
  async run({ options, context }) {
    const { name = '' } = options;
    const given = await readSecretData(options, context);
    // The public command line asks for a password that is not given; a script is told that it is missing.
    const isAsked = given['password'] === undefined && process.stdin.isTTY === true;
    const typed = isAsked ? { password: await askHidden(context, 'password') } : {};
    const data = { ...REGISTRY_DEFAULTS, ...given, ...typed };
    const secret = await createSecret(await openProject(context), { name, format: 'registry', data });
    context.terminal.write((await renderOutput(options.output, encodeData(secret))) ?? '');
    context.say(`Created image registry access secret "${name}"`);
  },
});
