/** `slipway registry update`: changes only what is named. */
import { defineCommand } from '../command.ts';
import { renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { changeSecret } from '../secret/keep-secret.ts';
import { encodeData } from '../secret/render-secret.ts';
import { REGISTRY_ACCESS } from '../secret/secret-commands.ts';
import { readSecretData } from '../secret/secret-options.ts';
import { REGISTRY_OPTIONS } from './registry-options.ts';

export const command = defineCommand({
  options: REGISTRY_OPTIONS,
  operands: ['NAME'],
  examples: ['slipway registry update --name login --password-from-file new-key.txt'],
  async run({ options, context }) {
    const { name = '' } = options;
    const set = await readSecretData(options, context);
    const { format } = REGISTRY_ACCESS;
    const secret = await changeSecret(await openProject(context), { name, format, set });
    context.terminal.write((await renderOutput(options.output, encodeData(secret))) ?? '');
    context.say(`Updated image registry access secret "${name}"`);
  },
});
