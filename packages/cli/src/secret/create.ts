/** `slipway secret create`. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { encodeData } from './render-secret.ts';
import { readSecretData, SECRET_OPTIONS, secretFormat } from './secret-options.ts';

/** The public command line takes these for a registry that is not named. */
const REGISTRY_DEFAULTS = { server: 'us.icr.io', username: 'iamapikey' };

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
    ...SECRET_OPTIONS,
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
    const given = await readSecretData(options, context.cwd, { asText: format === 'service_access' });
    const data = format === 'registry' ? { ...REGISTRY_DEFAULTS, ...given } : given;
    const { client, project, signal } = await openProject(context);
    const { serviceInstanceId: id } = options;
    const body = { name, format, data, ...(id !== undefined && { service_access: { service_instance: { id } } }) };
    const secret = await client.createSecret({ params: { project_id: project.id }, body, signal });
    context.terminal.write((await renderOutput(options.output, encodeData(secret))) ?? '');
    context.say(`Created secret "${name}"`);
  },
});
