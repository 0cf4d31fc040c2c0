/** What `secret`, `registry` and `repo` do alike: they keep secrets, the latter two of one format each. */
import type { Query, Secret, SecretFormat } from '@slipway/spec';
import { listAll } from '../list-all.ts';
import type { ProjectScope } from '../project-scope.ts';
import { changeData, type Data } from '../read-data.ts';
import { given } from '../runtime/runtime-body.ts';
import { CommandFault } from '../usage-fault.ts';

export interface SecretCreation {
  readonly name: string;
  readonly format: SecretFormat;
  readonly data: Data;
  readonly service_access?: { readonly service_instance: { readonly id: string } };
}

export function createSecret({ client, project, signal }: ProjectScope, body: SecretCreation): Promise<Secret> {
  return client.createSecret({ params: { project_id: project.id }, body, signal });
}

/** With a format, a secret of another one is refused. */
export async function getSecret(scope: ProjectScope, name: string, format?: SecretFormat): Promise<Secret> {
  const { client, project, signal } = scope;
  const secret = await client.getSecret({ params: { project_id: project.id, name }, signal });
  if (format === undefined || secret.format === format) return secret;
  throw new CommandFault(
    'conflict',
    `Cannot use secret "${name}" here: its format is ${secret.format}, not ${format}`,
    [`Look at it: slipway secret get --name ${name}`],
  );
}

export interface SecretChange {
  readonly name: string;
  readonly format?: SecretFormat;
  /** The values to set, or how to read them for the format that the secret has. */
  readonly set: Data | ((format: SecretFormat) => Promise<Data>);
  readonly drop?: readonly string[];
}

/** Sets and drops single keys; the API knows only the whole, so it is read first. */
export async function changeSecret(scope: ProjectScope, change: SecretChange): Promise<Secret> {
  const { client, project, signal } = scope;
  const { name, set, drop = [] } = change;
  const before = await getSecret(scope, name, change.format);
  const values = typeof set === 'function' ? await set(before.format) : set;
  const body = { format: before.format, data: changeData(before.data ?? {}, { set: values, drop }) };
  const params = { project_id: project.id, name };
  // The tag that was read: a change by somebody else in between is not overwritten.
  return client.replaceSecret({ params, ifMatch: before.entity_tag, body, signal });
}

export function listSecrets(scope: ProjectScope, format?: SecretFormat): Promise<readonly Secret[]> {
  const { client, project, signal } = scope;
  return listAll(
    (page) => {
      const query = { ...page, ...given({ format }) } as Query<'listSecrets'>;
      return client.listSecrets({ params: { project_id: project.id }, query, signal });
    },
    (page) => page.secrets,
  );
}

/** With a format, a secret of another one is refused. */
export async function deleteSecret(scope: ProjectScope, name: string, format?: SecretFormat): Promise<void> {
  const { client, project, signal } = scope;
  if (format !== undefined) await getSecret(scope, name, format);
  await client.deleteSecret({ params: { project_id: project.id, name }, signal });
}
