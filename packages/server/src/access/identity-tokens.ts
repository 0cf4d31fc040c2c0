/**
 * Access tokens of the platform: signed, of one hour, with the claims that clients of the public cloud read. A token made
 * with an API key names the key, and is worth nothing once the key is revoked, because every use asks for the key anew.
 */
import { randomUUID } from 'node:crypto';
import {
  API_AUDIENCE,
  IDENTITY_AUDIENCE,
  type Caller,
  type KnownApiKey,
  type ServiceToken,
  type ServiceTokenIssuer,
} from '@slipway/control';
import { PROJECT_ROLES, Refusal, type ProjectRole } from '@slipway/spec';
import { jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { SIGNING_ALGORITHM, type IdentityKeys } from './identity-keys.ts';
import type { TokenVerifier } from './authenticator.ts';
import { issuerOf } from './issuer-of.ts';
import { rememberVerified } from './verified-tokens.ts';

export const TOKEN_LIFETIME_S = 60 * 60;
/** No longer than a key goes on to verify after it has signed for the last time. */
const REFRESH_LIFETIME_S = 24 * 60 * 60;
const REFRESH_AUDIENCE = 'slipway-refresh';
/** A token in an instance is replaced while it has half of its life left. */
const RENEW_AFTER_S = TOKEN_LIFETIME_S / 2;
export const API_KEY_GRANT = 'urn:ibm:params:oauth:grant-type:apikey';
export const TOKEN_SCOPE = 'ibm openid';

export interface IdentityTokensParts {
  readonly keys: IdentityKeys;
  /** Address under which the public keys are found, e.g. `http://127.0.0.1:8780/identity`. */
  readonly issuer: string;
  readonly accountId: string;
  readonly now: () => Date;
}

export interface AccessToken {
  readonly token: string;
  /** Seconds since 1970. */
  readonly expiresAtS: number;
}

export interface IdentityTokens extends ServiceTokenIssuer {
  mintForApiKey(key: KnownApiKey): Promise<AccessToken>;
  /** For clients that keep no key: exchanged for tokens of the same key, as long as there is the key. */
  mintRefreshToken(key: KnownApiKey): Promise<AccessToken>;
  /** The id of the key that a refresh token was made for. Undefined when it is not valid. */
  readRefreshToken(token: string): Promise<string | undefined>;
  /** The workload for which the token that lies in an instance was made. Undefined when it is not valid. */
  readComputeResource(token: string): Promise<Workload | undefined>;
  mintForWorkload(workload: Workload): Promise<AccessToken>;
  readonly verify: TokenVerifier;
}

export function createIdentityTokens(parts: IdentityTokensParts): IdentityTokens {
  const { issuer } = parts;

  async function verify(token: string): Promise<Caller | undefined> {
    if (issuerOf(token) !== issuer) return undefined;
    const payload = await readToken(parts, token, API_AUDIENCE).catch((error: unknown) => {
      const fix = 'Get a new one from POST /identity/token, or send an API key';
      throw new Refusal('unauthorized', { reason: 'the token is not valid, or has expired', fix }, { cause: error });
    });
    return callerFrom(payload);
  }

  return {
    verify: rememberVerified(verify, parts.now),
    mintForApiKey({ id, name, owner }) {
      const how = { api_key_id: id, grant_type: API_KEY_GRANT };
      return signToken(parts, { ...subjectClaims(owner), name, ...how }, { audience: API_AUDIENCE });
    },
    mintRefreshToken({ id, owner }) {
      const life = { audience: REFRESH_AUDIENCE, lifetimeS: REFRESH_LIFETIME_S };
      return signToken(parts, { sub: owner, api_key_id: id }, life);
    },
    async readRefreshToken(token) {
      const payload = await readToken(parts, token, REFRESH_AUDIENCE).catch(() => undefined);
      const id = payload?.['api_key_id'];
      return typeof id === 'string' ? id : undefined;
    },
    async mintServiceToken({ projectId, subject, role, audience }): Promise<ServiceToken> {
      const { token, expiresAtS } = await signToken(parts, workloadClaims({ projectId, subject, role }), { audience });
      const renewAtS = expiresAtS - TOKEN_LIFETIME_S + RENEW_AFTER_S;
      return { token, expiresAt: isoTime(expiresAtS), renewAt: isoTime(renewAtS) };
    },
    async readComputeResource(token) {
      const payload = await readToken(parts, token, IDENTITY_AUDIENCE).catch(() => undefined);
      return payload && workloadFrom(payload);
    },
    mintForWorkload: (workload) => signToken(parts, workloadClaims(workload), { audience: API_AUDIENCE }),
  };
}

async function signToken(
  { accountId, issuer, keys, now }: IdentityTokensParts,
  payload: JWTPayload,
  { audience, lifetimeS = TOKEN_LIFETIME_S }: { readonly audience: string; readonly lifetimeS?: number },
): Promise<AccessToken> {
  const { kid, key } = await keys.signingKey();
  const issuedAtS = Math.floor(now().getTime() / 1000);
  const expiresAtS = issuedAtS + lifetimeS;
  const common = { account: { valid: true, bss: accountId }, scope: TOKEN_SCOPE, acr: 1, amr: ['pwd'] };
  const token = await new SignJWT({ ...payload, ...common })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, typ: 'JWT', kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(issuedAtS)
    .setExpirationTime(expiresAtS)
    .setJti(randomUUID())
    .sign(key);
  return { token, expiresAtS };
}

/** The claims of a valid token of ours for this audience; rejects for every other. */
async function readToken(
  { issuer, keys, now }: IdentityTokensParts,
  token: string,
  audience: string,
): Promise<JWTPayload> {
  const keyOf = ({ kid = '' }: { readonly kid?: string }) => {
    const key = keys.verifyingKey(kid);
    if (!key) throw new TypeError('Cannot verify a token: its key is not known');
    return key;
  };
  const rules = { issuer, audience, algorithms: [SIGNING_ALGORITHM], requiredClaims: ['exp', 'sub'] };
  const { payload } = await jwtVerify(token, keyOf, { ...rules, currentDate: now() });
  return payload;
}

/** What runs, and what it may do. */
export interface Workload {
  readonly projectId: string;
  readonly subject: string;
  readonly role: ProjectRole | undefined;
}

function subjectClaims(id: string): JWTPayload {
  return { sub: id, iam_id: id, id, identifier: id, realmid: 'slipway' };
}

/** Of a workload whose credential is valid. */
export function workloadCaller({ projectId, subject, role }: Workload): Caller {
  const carried = { projects: role === undefined ? {} : { [projectId]: role } };
  return { kind: 'service_account', id: workloadUserId({ projectId, subject }), name: subject, carried };
}

function workloadUserId({ projectId, subject }: Pick<Workload, 'projectId' | 'subject'>): string {
  return `service-account:${projectId}:${subject}`;
}

function workloadClaims({ projectId, subject, role }: Workload): JWTPayload {
  const claims = subjectClaims(workloadUserId({ projectId, subject }));
  const whose = { ...claims, name: subject, sub_type: 'ServiceAccount', project_id: projectId };
  return role === undefined ? whose : { ...whose, role };
}

function workloadFrom({ project_id: projectId, role, name }: JWTPayload): Workload | undefined {
  if (typeof projectId !== 'string' || typeof name !== 'string') return undefined;
  return { projectId, subject: name, role: PROJECT_ROLES.find((known) => known === role) };
}

/** Of a payload that our own signature vouches for. */
function callerFrom(payload: JWTPayload): Caller {
  const { sub = '', exp = 0, name, api_key_id: keyId } = payload;
  const expiresAtMs = exp * 1000;
  if (typeof keyId === 'string') return { kind: 'api_key', id: keyId, name: String(name), owner: sub, expiresAtMs };
  const workload = workloadFrom(payload);
  if (!workload) throw new TypeError('Cannot tell the caller of a token: it names neither an API key nor a workload');
  return { ...workloadCaller(workload), expiresAtMs };
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
