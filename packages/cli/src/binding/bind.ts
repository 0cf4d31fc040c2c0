/** `slipway app bind`, and the same for jobs and functions. */
import { waitApp } from '../app/wait-app.ts';
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET, shouldWait, waitOptions } from '../shared-options.ts';
import { chooseService, prefixFor } from './choose-service.ts';
import { COMPONENT_TYPES, listBindingsOf, type ComponentNoun } from './component-bindings.ts';

const WAIT_SECONDS = 300;

export function bindCommand(noun: ComponentNoun) {
  return defineCommand({
    options: {
      name: NAME,
      serviceInstance: {
        names: ['--service-instance', '--si'],
        kind: 'value',
        summary: 'service_access secret, or the service instance that it is for',
      },
      serviceInstanceId: {
        names: ['--service-instance-id', '--siid'],
        kind: 'value',
        summary: 'id of the service instance',
      },
      serviceCredential: {
        names: ['--service-credential', '--sc'],
        kind: 'value',
        summary: 'service_access secret, when the instance has several',
      },
      prefix: { names: ['--prefix', '-p'], kind: 'value', summary: 'prefix of the variables, e.g. MY_COS' },
      role: { names: ['--role', '-r'], kind: 'value', summary: '', unavailable: 'Making credentials with a role' },
      quiet: QUIET,
      ...waitOptions(true, WAIT_SECONDS),
    },
    operands: ['NAME'],
    examples: [
      `slipway ${noun} bind --name web --service-instance my-cos`,
      `slipway ${noun} bind --name web --service-instance my-cos --prefix STORAGE`,
    ],
    async run({ options, context }) {
      const { name = '' } = options;
      const scope = await openProject(context);
      const { client, project, signal } = scope;
      const params = { project_id: project.id };
      const secrets = await listAll(
        (query) => client.listSecrets({ params, query: { ...query, format: 'service_access' }, signal }),
        (page) => page.secrets,
      );
      const secret = chooseService(`${noun} "${name}"`, secrets, options);
      const bound = await listBindingsOf(scope, { noun, name });
      const used = bound.map((binding) => binding.prefix);
      const prefix = options.prefix ?? prefixFor(secret, used);
      const component = { name, resource_type: COMPONENT_TYPES[noun] };
      await client.createBinding({ params, body: { component, prefix, secret_name: secret.name }, signal });
      context.say(`Bound "${secret.name}" to ${noun} "${name}": its variables begin with ${prefix}_`);
      const timeoutSeconds = options.waitTimeout ?? WAIT_SECONDS;
      if (noun === 'app' && shouldWait(options, true)) await waitApp(scope, { name, timeoutSeconds });
    },
  });
}
