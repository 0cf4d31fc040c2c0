/** `slipway secret update`: sets and drops single keys. */
import type { SecretFormat } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { changeSecret } from './keep-secret.ts';
import { encodeData } from './render-secret.ts';
import { readSecretData, SECRET_OPTIONS } from './secret-options.ts';

export const command = defineCommand({
  options: {
    name: NAME,
    ...SECRET_OPTIONS,
    rm: { names: ['--rm'], kind: 'list', summary: 'drop a key' },
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const { name = '', rm: drop = [] } = options;
    const set = (format: SecretFormat) => readSecretData(options, context, { asText: format === 'service_access' });
    const secret = await changeSecret(await openProject(context), { name, set, drop });
    context.terminal.write((await renderOutput(options.output, encodeData(secret))) ?? '');
    context.say(
      `Updated secret "${name}". Mounted files follow at once; variables have the new values in a new revision`,
    );
  },
});
