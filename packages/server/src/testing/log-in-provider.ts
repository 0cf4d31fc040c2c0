/** For tests: a real OpenID Connect provider on loopback, whose clients are the users that sign in. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

export interface LogInProvider {
  readonly issuer: string;
  /** An access token (JWT) of the user for the audience. */
  readonly tokenFor: (user: string, audience: string) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** User → further claims of the tokens. */
export async function startLogInProvider(
  t: TestContext,
  users: Readonly<Record<string, object>>,
): Promise<LogInProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'first' }] },
    cookies: { keys: ['test'] },
    clients: Object.keys(users).map((client_id) => ({
      client_id,
      client_secret: 'secret',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    features: {
      devInteractions: { enabled: false },
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
    extraTokenClaims: (_context: unknown, { clientId }: { readonly clientId: string }) => users[clientId],
  });
  server.on('request', provider.callback());
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
