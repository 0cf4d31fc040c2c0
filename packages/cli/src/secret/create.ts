/** `slipway secret create`. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET, withDefaults } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { createSecret } from './keep-secret.ts';
import { encodeData } from './render-secret.ts';
import { readSecretData, REGISTRY_DEFAULTS, SECRET_OPTIONS, secretFormat } from './secret-options.ts';

export const command = defineCommand({
  options: {
    name: { names: ['--name', '-n'], kind: 'value', summary: 'name' },
    format: {
      names: ['--format', '--fo'],
      kind: 'value',
      summary: 'what it is for',
      values: ['basic_auth', 'generic', 'hmac', 'registry', 'service_access', 'ssh', 'tls'],
      default: 'generic',
    },
    ...withDefaults(SECRET_OPTIONS, { server: REGISTRY_DEFAULTS.server }),
    serviceInstanceId: {
      names: ['--service-instance-id', '--siid'],
      kind: 'value',
      summary: 'id of the service that credentials are for; a CRN says what kind it is',
    },
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  operands: ['NAME'],
  examples: [
    'slipway secret create --name tokens --from-env-file .env',
    'slipway secret create --name login --format registry --server icr.io --password-from-file key.txt',
    'slipway secret create --name cos --format service_access --service-instance-id my-cos --from-json-file key.json',
  ],
  async run({ options, context }) {
    const { name } = options;
    if (name === undefined) throw new UsageFault('Cannot create a secret: its name is missing', ['Add --name NAME']);
    const format = secretFormat(options.format ?? 'generic');
    const given = await readSecretData(options, context, { asText: format === 'service_access' });
    const data = format === 'registry' ? { ...REGISTRY_DEFAULTS, ...given } : given;
    const { serviceInstanceId: id } = options;
    const access = id !== undefined && { service_access: { service_instance: { id } } };
    const secret = await createSecret(await openProject(context), { name, format, data, ...access });
    context.terminal.write((await renderOutput(options.output, encodeData(secret))) ?? '');
    context.say(`Created secret "${name}"`);
  },
});
