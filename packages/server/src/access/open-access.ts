/** Everything that proves who is calling, put together for one platform. */
import type { AccessDirectory } from '@slipway/control';
import type { PlatformConfig } from '@slipway/setup';
import { adminTokenPath, ensureAdminToken } from './admin-token.ts';
import { createAuthenticator, type Authenticate } from './authenticator.ts';
import { createFailureLimit } from './failure-limit.ts';

export interface Access {
  readonly authenticate: Authenticate;
}

export async function openAccess(
  { stateDir }: Pick<PlatformConfig, 'stateDir'>,
  directory: AccessDirectory,
): Promise<Access> {
  const authenticate = createAuthenticator({
    adminDigest: await ensureAdminToken(stateDir),
    adminTokenPath: adminTokenPath(stateDir),
    directory,
    failures: createFailureLimit(() => new Date()),
    verifiers: [],
  });
  return { authenticate };
}
