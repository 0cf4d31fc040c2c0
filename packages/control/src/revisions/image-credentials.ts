/** The registry login that an app's image secret holds. It is read anew for every pull and lives in memory alone. */
import type { ImageCredentials } from '@slipway/engine';
import type { ControlContext } from '../control-context.ts';
import { findSecret, openData } from '../secrets/secret-record.ts';

/** Undefined when the settings name no secret, or one that is no registry secret any more. */
export async function imageCredentials(
  { secretBox, store }: Pick<ControlContext, 'secretBox' | 'store'>,
  projectId: string,
  secretName: string | undefined,
): Promise<ImageCredentials | undefined> {
  const secret = secretName === undefined ? undefined : await findSecret(store, projectId, secretName);
  if (secret?.spec.format !== 'registry') return undefined;
  const { server = '', username = '', password = '' } = openData(secretBox, secret);
  return { server: server.replace(/^https?:\/\//, '').replace(/\/+$/, ''), username, password };
}
