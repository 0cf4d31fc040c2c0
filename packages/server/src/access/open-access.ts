/**
 * Everything that proves who is calling, put together for one platform: the issuer of tokens, which the control plane
 * needs too, and then what the HTTP server asks.
 */
import { join } from 'node:path';
import type { AccessDirectory, PlatformFacts } from '@slipway/control';
import type { OidcConfig } from '@slipway/setup';
import { adminTokenPath, ensureAdminToken } from './admin-token.ts';
import { createAuthenticator, type Authenticate } from './authenticator.ts';
import { createFailureLimit } from './failure-limit.ts';
import { createIdentityEndpoints, type IdentityEndpoints } from './identity-endpoints.ts';
import { openIdentityKeys, type IdentityKeys } from './identity-keys.ts';
import { createIdentityTokens, type IdentityTokens } from './identity-tokens.ts';
import { createOidcVerifier } from './oidc-verifier.ts';
import { rememberVerified } from './verified-tokens.ts';

export interface Identity {
  readonly issuer: string;
  readonly keys: IdentityKeys;
  readonly tokens: IdentityTokens;
}

export interface Access {
  readonly authenticate: Authenticate;
  readonly identity: IdentityEndpoints;
}

const now = () => new Date();

export async function openIdentity(
  stateDir: string,
  { apiBaseUrl, accountId }: Pick<PlatformFacts, 'apiBaseUrl' | 'accountId'>,
): Promise<Identity> {
  const issuer = new URL('/identity', apiBaseUrl).href;
  const keys = await openIdentityKeys({ path: join(stateDir, 'identity-keys.json'), now });
  return { issuer, keys, tokens: createIdentityTokens({ keys, issuer, accountId, now }) };
}

export interface AccessParts {
  readonly directory: AccessDirectory;
  readonly identity: Identity;
  readonly oidc?: OidcConfig | undefined;
}

export async function openAccess(stateDir: string, { directory, identity, oidc }: AccessParts): Promise<Access> {
  const failures = createFailureLimit(now);
  const authenticate = createAuthenticator({
    adminDigest: await ensureAdminToken(stateDir),
    adminTokenPath: adminTokenPath(stateDir),
    directory,
    failures,
    verifiers: oidc
      ? [identity.tokens.verify, rememberVerified(createOidcVerifier(oidc, now), now)]
      : [identity.tokens.verify],
  });
  return { authenticate, identity: createIdentityEndpoints({ ...identity, directory, failures, oidc }) };
}
