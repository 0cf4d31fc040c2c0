/**
 * `--username` and `--password` of a Kafka subscription become a secret, as with the public command line. It is named
 * after the subscription, so that the next update finds it.
 */
import type { ProjectScope } from '../../project-scope.ts';
import { UsageFault } from '../../usage-fault.ts';

export interface KafkaLogin {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly secret?: string | undefined;
}

const USERNAME_DEFAULT = 'token';

/** Undefined when no password is given. */
export function loginData(login: KafkaLogin): { readonly username: string; readonly password: string } | undefined {
  const { username = USERNAME_DEFAULT, password, secret } = login;
  if (password !== undefined && secret !== undefined) {
    throw new UsageFault('Cannot use both --password and --secret: name the secret, or have one made');
  }
  if (password === undefined && login.username !== undefined) {
    throw new UsageFault('Cannot use --username alone: give --password too, or name a --secret that has both');
  }
  return password === undefined ? undefined : { username, password };
}

export function loginSecretName(subscription: string): string {
  return `${subscription}-kafka-login`;
}

/** Makes the secret, or gives the one of an earlier command the new login. Returns what it did. */
export async function keepLogin(
  { client, project, signal }: ProjectScope,
  name: string,
  data: { readonly username: string; readonly password: string },
): Promise<'created' | 'replaced'> {
  const project_id = project.id;
  const format = 'basic_auth';
  try {
    await client.createSecret({ params: { project_id }, body: { name, format, data: { ...data } }, signal });
    return 'created';
  } catch (error) {
    if (!hasStatus(error, 409)) throw error;
    const params = { project_id, name };
    await client.replaceSecret({ params, body: { format, data: { ...data } }, ifMatch: '*', signal });
    return 'replaced';
  }
}

/** For the end of the subscription it was made for. */
export async function dropLogin({ client, project, signal }: ProjectScope, name: string): Promise<void> {
  try {
    await client.deleteSecret({ params: { project_id: project.id, name }, signal });
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
  }
}

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof Error && 'status' in error && error.status === status;
}
