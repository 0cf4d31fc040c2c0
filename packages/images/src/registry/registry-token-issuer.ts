/**
 * Answers the bundled registry's token requests: who is calling (Basic), what may he have (`grantedAccess`), and a
 * short-lived ES256 token for exactly that. Knows no HTTP framework: the server mounts it at its token endpoint.
 * A project's password is derived from the registry's secret, so there is nothing to store and nothing to forget.
 */
import { createHmac, createPrivateKey, randomUUID, timingSafeEqual, X509Certificate } from 'node:crypto';
import { SignJWT } from 'jose';
import { grantedAccess, parseScopes, type RegistryIdentity } from './granted-access.ts';
import type { RegistryKeys } from './registry-keys.ts';

export const REGISTRY_SERVICE = 'slipway-registry';
export const REGISTRY_ISSUER = 'slipway';
/** No project can have it: subdomains have no dollar sign. */
export const PLATFORM_USERNAME = '$slipway';

const TOKEN_LIFETIME_S = 15 * 60;
/** The registry's clock is ours, but a step of it must not refuse a token just made. */
const CLOCK_LEEWAY_S = 10;

export interface RegistryTokenRequest {
  /** The `scope` query parameters, each may hold several separated by spaces. */
  readonly scope: string | readonly string[] | undefined;
  readonly service: string | undefined;
  /** The Authorization header. */
  readonly authorization: string | undefined;
}

export interface RegistryTokenResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RegistryTokenIssuer {
  handleRegistryTokenRequest(request: RegistryTokenRequest): Promise<RegistryTokenResponse>;
  /** For the auth file of the platform itself: may push and pull everything. */
  platformLogin(): { readonly username: string; readonly password: string };
  /** For builds of one project: push and pull under `<repositoryPrefix>/` only. */
  projectLogin(repositoryPrefix: string): { readonly username: string; readonly password: string };
}

export function createRegistryTokenIssuer(
  keys: Pick<RegistryKeys, 'secret' | 'privateKeyPem' | 'certificatePem'>,
  now: () => Date = () => new Date(),
): RegistryTokenIssuer {
  const privateKey = createPrivateKey(keys.privateKeyPem);
  const x5c = [new X509Certificate(keys.certificatePem).raw.toString('base64')];

  function passwordFor(username: string): string {
    return createHmac('sha256', keys.secret).update(`registry password of ${username}`).digest('base64url');
  }

  function identify(authorization: string | undefined): { username: string; identity: RegistryIdentity } | undefined {
    const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '') ?? [];
    if (encoded === undefined) return undefined;
    const login = Buffer.from(encoded, 'base64').toString('utf8');
    const colon = login.indexOf(':');
    const username = login.slice(0, Math.max(colon, 0));
    if (username === '' || !isSame(login.slice(colon + 1), passwordFor(username))) return undefined;
    const identity: RegistryIdentity =
      username === PLATFORM_USERNAME ? { kind: 'platform' } : { kind: 'project', repositoryPrefix: username };
    return { username, identity };
  }

  return {
    platformLogin: () => ({ username: PLATFORM_USERNAME, password: passwordFor(PLATFORM_USERNAME) }),
    projectLogin(repositoryPrefix) {
      if (!/^[a-z0-9][a-z0-9-]*$/.test(repositoryPrefix)) {
        throw new TypeError(`Cannot make a registry login for "${repositoryPrefix}": not a project's subdomain`);
      }
      return { username: repositoryPrefix, password: passwordFor(repositoryPrefix) };
    },
    async handleRegistryTokenRequest({ scope, service, authorization }) {
      if (service !== undefined && service !== REGISTRY_SERVICE) return failure(400, 'UNSUPPORTED', 'Unknown service');
      const caller = identify(authorization);
      if (!caller) return failure(401, 'UNAUTHORIZED', 'User name or password is wrong');
      const scopes = scope === undefined ? [] : typeof scope === 'string' ? [scope] : scope;
      const issuedAt = Math.floor(now().getTime() / 1000);
      const token = await new SignJWT({ access: grantedAccess(parseScopes(scopes), caller.identity) })
        .setProtectedHeader({ alg: 'ES256', typ: 'JWT', x5c })
        .setIssuer(REGISTRY_ISSUER)
        .setSubject(caller.username)
        .setAudience(REGISTRY_SERVICE)
        .setIssuedAt(issuedAt)
        .setNotBefore(issuedAt - CLOCK_LEEWAY_S)
        .setExpirationTime(issuedAt + TOKEN_LIFETIME_S)
        .setJti(randomUUID())
        .sign(privateKey);
      const issued = new Date(issuedAt * 1000).toISOString();
      const body = { token, access_token: token, expires_in: TOKEN_LIFETIME_S, issued_at: issued };
      return { status: 200, headers: { 'cache-control': 'no-store' }, body };
    },
  };
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given, 'utf8'), Buffer.from(expected, 'utf8')];
  return a.length === b.length && timingSafeEqual(a, b);
}

function failure(status: number, code: string, message: string): RegistryTokenResponse {
  const challenge = status === 401 ? { 'www-authenticate': 'Basic realm="Slipway registry"' } : {};
  return { status, headers: { 'cache-control': 'no-store', ...challenge }, body: { errors: [{ code, message }] } };
}
