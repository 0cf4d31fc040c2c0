/**
 * Accepts the tokens of one outside OpenID Connect provider: found by discovery, verified with its published keys, and
 * only by signatures with public keys. A user is whom issuer and subject name together, never an e-mail address, which
 * may be somebody else's one day; the claim that the configuration names may give roles.
 */
import { createHash } from 'node:crypto';
import { strongerRole, type Caller, type CarriedRoles } from '@slipway/control';
import type { OidcConfig } from '@slipway/setup';
import { PLATFORM_ROLES, PROJECT_ROLES, Refusal, type PlatformRole, type ProjectRole } from '@slipway/spec';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { TokenVerifier } from './authenticator.ts';
import { issuerOf } from './issuer-of.ts';
import { isTrustworthyUrl } from './oidc-config.ts';

const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const ANSWER_MS_MAX = 5000;
const DOCUMENT_CHARACTERS_MAX = 256 * 1024;
/** Nobody asks again so soon after a discovery that failed. */
const RETRY_AFTER_MS = 10_000;
/** Keys are read anew this often, and for a key that is not known yet, but then not more often than the cool-down. */
const KEYS_AGE_MS_MAX = 10 * 60_000;
const KEYS_COOLDOWN_MS = 30_000;
/** Between the clock of the provider and ours. */
const CLOCK_TOLERANCE_S = 30;
/** Half of a SHA-256 is enough to tell all users apart, and short enough to read. */
const USER_DIGEST_LENGTH = 32;

export function createOidcVerifier(config: OidcConfig, now: () => Date): TokenVerifier {
  const { issuer, clientId, audience = clientId } = config;
  let discovered: Promise<JWTVerifyGetKey> | undefined;
  let retryAtMs = 0;

  async function providerKeys(): Promise<JWTVerifyGetKey> {
    if (!discovered && now().getTime() < retryAtMs) throw unreachable();
    discovered ??= discoverKeys(issuer).catch((error: unknown) => {
      discovered = undefined;
      retryAtMs = now().getTime() + RETRY_AFTER_MS;
      throw unreachable(error);
    });
    return await discovered;
  }

  return async (token) => {
    if (issuerOf(token) !== issuer) return undefined;
    const keys = await providerKeys();
    const rules = { issuer, audience, algorithms: ALGORITHMS, requiredClaims: ['exp', 'sub'] };
    try {
      const options = { ...rules, clockTolerance: CLOCK_TOLERANCE_S, currentDate: now() };
      const { payload } = await jwtVerify(token, keys, options);
      return callerFrom(payload, config);
    } catch (error) {
      throw refusalFor(error);
    }
  };
}

/** The same user for ever, whatever the name or address becomes. */
export function oidcUserId(issuer: string, subject: string): string {
  const digest = createHash('sha256').update(`${issuer}\n${subject}`).digest('hex');
  return `oidc-${digest.slice(0, USER_DIGEST_LENGTH)}`;
}

async function discoverKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_MS_MAX) });
  if (!response.ok) throw new TypeError(`Cannot read ${address}: the answer has status ${response.status}`);
  const text = await response.text();
  if (text.length > DOCUMENT_CHARACTERS_MAX) throw new TypeError(`Cannot read ${address}: it is too long`);
  const document = JSON.parse(text) as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
  if (document.issuer !== issuer) {
    throw new TypeError(`Cannot trust ${address}: it is of another issuer than the configuration names`);
  }
  const keysAt = String(document.jwks_uri);
  if (!isTrustworthyUrl(keysAt)) throw new TypeError(`Cannot trust ${address}: its keys are not served over HTTPS`);
  return createRemoteJWKSet(new URL(keysAt), {
    timeoutDuration: ANSWER_MS_MAX,
    cooldownDuration: KEYS_COOLDOWN_MS,
    cacheMaxAge: KEYS_AGE_MS_MAX,
  });
}

function callerFrom(payload: JWTPayload, config: OidcConfig): Caller {
  const { sub = '', exp = 0 } = payload;
  const name = [payload['email'], payload['preferred_username'], payload['name']].find(
    (claim): claim is string => typeof claim === 'string' && claim !== '',
  );
  const id = oidcUserId(config.issuer, sub);
  const expiresAtMs = (exp + CLOCK_TOLERANCE_S) * 1000;
  return { kind: 'user', id, name: name ?? id, carried: carriedRoles(payload, config), expiresAtMs };
}

/** What the values of the claim are mapped to; the most powerful where several say something. */
function carriedRoles(payload: JWTPayload, { rolesClaim = 'groups', roles = {} }: OidcConfig): CarriedRoles {
  const claim = payload[rolesClaim];
  const values = (Array.isArray(claim) ? claim : [claim]).filter((value) => typeof value === 'string');
  let platform: PlatformRole | undefined;
  const projects: Record<string, ProjectRole> = {};
  for (const value of values) {
    const mapped = Object.hasOwn(roles, value) ? roles[value] : undefined;
    platform = strongerRole(PLATFORM_ROLES, platform, mapped?.platform);
    for (const [project, role] of Object.entries(mapped?.projects ?? {})) {
      projects[project] = strongerRole(PROJECT_ROLES, projects[project], role) ?? role;
    }
  }
  return { ...(platform !== undefined && { platform }), projects };
}

/** A bad token is its sender's mistake, keys that cannot be read are not. */
function refusalFor(error: unknown): Refusal {
  const isAboutToken =
    error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC' && !(error instanceof errors.JWKSTimeout);
  if (!isAboutToken) return unreachable(error);
  const reason = 'the token of the log-in provider is not valid here, or has expired';
  return new Refusal('unauthorized', { reason, fix: 'Sign in again' }, { cause: error });
}

function unreachable(cause?: unknown): Refusal {
  return new Refusal('busy', { reason: 'the log-in provider does not answer as it should' }, { cause });
}
