/** For tests: a real OpenID Connect provider on loopback, with its own pages where people sign in. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

export interface LogInProvider {
  readonly issuer: string;
  /** An access token (JWT) of the user for the audience, without a person. */
  readonly tokenFor: (user: string, audience: string) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** The client that a person signs in to. */
export const SIGN_IN_CLIENT = 'slipway';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** User → further claims of the tokens. Each user is a person with a log-in, and a program with a secret. */
export async function startLogInProvider(
  t: TestContext,
  users: Readonly<Record<string, object>>,
): Promise<LogInProvider> {
  // It tells at length that its defaults are not for production.
  for (const level of ['info', 'warn'] as const) t.mock.method(console, level, () => undefined);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const keys = [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'first' }];
  server.on('request', new Provider(issuer, configurationFor(users, keys)).callback());
  const stop = async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  t.after(stop);
  return {
    issuer,
    stop,
    async tokenFor(user, audience) {
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${user}:secret`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience }),
      });
      const { access_token: token } = (await response.json()) as { readonly access_token?: string };
      if (token === undefined) throw new Error(`The provider gave no token: status ${response.status}`);
      return token;
    },
  };
}

function configurationFor(users: Readonly<Record<string, object>>, keys: readonly object[]): object {
  const none = { redirect_uris: [], response_types: [] };
  const programs = Object.keys(users).map((client_id) => ({
    ...none,
    client_id,
    client_secret: 'secret',
    grant_types: ['client_credentials'],
  }));
  const person = {
    ...none,
    client_id: SIGN_IN_CLIENT,
    token_endpoint_auth_method: 'none',
    application_type: 'native',
    grant_types: [DEVICE_GRANT],
  };
  return {
    jwks: { keys },
    cookies: { keys: ['test'] },
    clients: [...programs, person],
    claims: { openid: ['sub', 'groups'], email: ['email'], profile: ['name'] },
    // Claims in the identity token itself, which is all that the platform is shown.
    conformIdTokenClaims: false,
    findAccount: (_context: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId, ...users[accountId] }),
    }),
    features: {
      devInteractions: { enabled: true },
      deviceFlow: { enabled: true },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, audience: string) => ({
          scope: '',
          audience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    extraTokenClaims: (_context: unknown, token: { readonly clientId: string; readonly accountId?: string }) =>
      users[token.accountId ?? token.clientId],
  };
}

/** More than the pages of one log-in. */
const PAGES_MAX = 20;

/** Does in a browser what a person does: enters the code, signs in, agrees. */
export async function enterCode(address: string, user: string): Promise<string> {
  const cookies = new Map<string, string>();
  let [url, body]: [string, URLSearchParams | undefined] = [address, undefined];
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const init = { redirect: 'manual', headers: { cookie } } as const;
    const response = await fetch(url, body ? { ...init, method: 'POST', body } : init);
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    const page = await response.text();
    const [, action] = /<form[^>]*action="([^"]+)"/.exec(page) ?? [];
    if (location === null && action === undefined) return page;
    url = new URL(location ?? action ?? '', url).href;
    body = location === null ? filledForm(page, user) : undefined;
  }
  throw new Error('The log-in did not come to an end');
}

function filledForm(page: string, user: string): URLSearchParams {
  const form = new URLSearchParams();
  for (const [input] of page.matchAll(/<input[^>]*>/g)) {
    const [, name] = /name="([^"]+)"/.exec(input) ?? [];
    const [, value = ''] = /value="([^"]*)"/.exec(input) ?? [];
    if (name !== undefined) form.set(name, name === 'login' ? user : name === 'password' ? 'any' : value);
  }
  return form;
}
