/** Log-in with an outside provider: a real one on loopback, the real control plane, and tokens over HTTP. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeJwt, generateKeyPair, SignJWT } from 'jose';
import { startLogInProvider } from '../testing/log-in-provider.ts';
import { startRealControl } from '../testing/real-control.ts';
import { refusedWith } from '../testing/refused-with.ts';
import { oidcConfigProblem } from './oidc-config.ts';
import { createOidcVerifier, oidcUserId } from './oidc-verifier.ts';

const AUDIENCE = 'https://slipway.example.com';
const USERS = {
  anna: { email: 'anna@example.com', groups: ['staff', 'shop-team'] },
  bert: { name: 'Bert', groups: 'staff' },
  eve: { groups: [7, null, 'constructor', { staff: true }] },
};

test('a user of an outside provider signs in with its token, has mapped roles, and is given others as a member', async (t) => {
  const provider = await startLogInProvider(t, USERS);
  const { issuer } = provider;
  const shop = '11111111-1111-8111-a111-111111111111';
  const roles = {
    staff: { platform: 'viewer', projects: { [shop]: 'reader' } },
    'shop-team': { projects: { [shop]: 'manager' } },
  } as const;
  const platform = await startRealControl(t, { oidc: { issuer, clientId: 'slipway', audience: AUDIENCE, roles } });
  const { id: project_id = '' } = await platform.client.createProject({ body: { name: 'other' } });

  // How a command line learns whom to ask.
  const configuration = await fetch(`${platform.origin}/identity/.well-known/openid-configuration`);
  const { log_in_provider } = (await configuration.json()) as { readonly log_in_provider: unknown };
  assert.deepEqual(log_in_provider, { issuer, client_id: 'slipway', audience: AUDIENCE });

  const anna = platform.clientWith(await provider.tokenFor('anna', AUDIENCE));
  const id = oidcUserId(issuer, 'anna');
  assert.deepEqual(await anna.getCaller(), {
    id,
    name: 'anna@example.com',
    kind: 'user',
    platform_role: 'viewer',
    projects: [{ project_id: shop, role: 'manager' }],
  });
  await refusedWith('forbidden', anna.createConfigMap({ params: { project_id }, body: { name: 'c' } }));
  await platform.client.setMember({ params: { project_id, id }, body: { role: 'writer' } });
  await anna.createConfigMap({ params: { project_id }, body: { name: 'c' } });

  // A key of her own has the roles that are stored, not those that a token brought.
  const { apikey } = await anna.createApiKey({ body: { name: 'ci' } });
  const byKey = await platform.clientWith(apikey).getCaller();
  assert.deepEqual([byKey.id, byKey.platform_role, byKey.projects], [id, undefined, [{ project_id, role: 'writer' }]]);

  const bert = await platform.clientWith(await provider.tokenFor('bert', AUDIENCE)).getCaller();
  assert.deepEqual([bert.name, bert.platform_role], ['Bert', 'viewer']);
  const eve = await platform.clientWith(await provider.tokenFor('eve', AUDIENCE)).getCaller();
  assert.deepEqual([eve.platform_role, eve.projects], [undefined, []]);
});

test('a token of the provider for another audience, of another signer, or expired proves nobody', async (t) => {
  const provider = await startLogInProvider(t, USERS);
  const { issuer } = provider;
  const platform = await startRealControl(t, { oidc: { issuer, clientId: 'slipway', audience: AUDIENCE } });
  const good = await provider.tokenFor('anna', AUDIENCE);
  const { privateKey } = await generateKeyPair('RS256');
  const forged = await new SignJWT(decodeJwt(good)).setProtectedHeader({ alg: 'RS256', kid: 'first' }).sign(privateKey);
  const secret = new TextEncoder().encode('s'.repeat(64));
  const symmetric = await new SignJWT(decodeJwt(good)).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(secret);
  for (const token of [await provider.tokenFor('anna', 'https://example.com'), forged, symmetric]) {
    await refusedWith('unauthorized', platform.clientWith(token).getCaller());
  }
  assert.equal((await platform.clientWith(good).getCaller()).id, oidcUserId(issuer, 'anna'));

  let nowMs = Date.now();
  const verify = createOidcVerifier({ issuer, clientId: AUDIENCE }, () => new Date(nowMs));
  assert.equal((await verify(good))?.name, 'anna@example.com');
  nowMs += 24 * 60 * 60_000;
  await assert.rejects(verify(good), { code: 'unauthorized' });
});

test('a provider that does not answer is named as the reason, and asked again only after a while', async (t) => {
  const provider = await startLogInProvider(t, USERS);
  const token = await provider.tokenFor('anna', AUDIENCE);
  const { issuer } = provider;
  let nowMs = Date.now();
  const verify = createOidcVerifier({ issuer, clientId: AUDIENCE }, () => new Date(nowMs));
  await provider.stop();
  const failing = async () => {
    const error: unknown = await verify(token).catch((reason: unknown) => reason);
    assert.ok(error instanceof Error);
    assert.match(error.message, /log-in provider does not answer/);
    return error.cause;
  };
  assert.ok(await failing());
  // Refused from memory: nothing was tried, so there is no cause.
  assert.equal(await failing(), undefined);
  nowMs += 10_000;
  assert.ok(await failing());
});

test('a document of another issuer is not trusted', async (t) => {
  const provider = await startLogInProvider(t, USERS);
  const issuer = provider.issuer.replace('127.0.0.1', 'localhost');
  const { privateKey } = await generateKeyPair('RS256');
  const token = await new SignJWT({ iss: issuer, sub: 'anna' }).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
  const verify = createOidcVerifier({ issuer, clientId: AUDIENCE }, () => new Date());
  await assert.rejects(verify(token), (error: Error) => {
    assert.match(String(error.cause), /another issuer/);
    return true;
  });
});

const ISSUER = 'https://login.example.com';
const PROBLEMS: readonly (readonly [config: unknown, problem: RegExp | undefined])[] = [
  [{ issuer: ISSUER, clientId: 'slipway' }, undefined],
  [{ issuer: 'http://localhost:9000', clientId: 'c', roles: { a: { platform: 'viewer', projects: {} } } }, undefined],
  ['x', /^oidc = "x": it must be an object/],
  [{ issuer: 'http://login.example.com', clientId: 'c' }, /^oidc\.issuer = .* https URL/],
  [{ clientId: 'c' }, /^oidc\.issuer = nothing/],
  [{ issuer: ISSUER }, /^oidc\.clientId = nothing/],
  [{ issuer: ISSUER, clientId: 'c', audience: '' }, /^oidc\.audience = ""/],
  [{ issuer: ISSUER, clientId: 'c', secret: 's' }, /^oidc\.secret: there is no such field/],
  [{ issuer: ISSUER, clientId: 'c', roles: { a: { platform: 'root' } } }, /^oidc\.roles\["a"\]\.platform = "root"/],
  [{ issuer: ISSUER, clientId: 'c', roles: { a: { project: {} } } }, /^oidc\.roles\["a"\]\.project: there is no such/],
  [{ issuer: ISSUER, clientId: 'c', roles: { a: { projects: { p: 'viewer' } } } }, /\.projects\["p"\] = "viewer"/],
];

test('oidcConfigProblem() names the field, the value and the rule', () => {
  for (const [config, problem] of PROBLEMS) {
    const found = oidcConfigProblem(config);
    if (problem) assert.match(found ?? 'no problem', problem);
    else assert.equal(found, undefined);
  }
});
