/** The token service and its tokens, over HTTP with the real control plane and the public cloud's own SDK core. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { API_AUDIENCE, IDENTITY_AUDIENCE } from '@slipway/control';
import { BaseService, ContainerAuthenticator, IamAuthenticator, type Authenticator } from 'ibm-cloud-sdk-core';
import {
  createLocalJWKSet,
  decodeJwt,
  generateKeyPair,
  jwtVerify,
  SignJWT,
  UnsecuredJWT,
  type JSONWebKeySet,
} from 'jose';
import { startRealControl, type RealControl } from '../testing/real-control.ts';
import { refusedWith } from '../testing/refused-with.ts';
import { COMPUTE_RESOURCE_GRANT, REFRESH_GRANT } from './identity-endpoints.ts';
import { API_KEY_GRANT } from './identity-tokens.ts';

async function postToken(origin: string, form: Readonly<Record<string, string>>, headers: Record<string, string> = {}) {
  const body = new URLSearchParams(form);
  const response = await fetch(`${origin}/identity/token`, { method: 'POST', body, headers });
  return {
    status: response.status,
    answer: (await response.json()) as Record<string, unknown>,
    headers: response.headers,
  };
}

async function readerIn({ client }: RealControl) {
  const { id: project_id = '' } = await client.createProject({ body: { name: 'shop' } });
  await client.setMember({ params: { project_id, id: 'anna' }, body: { role: 'reader' } });
  const { id: keyId, apikey } = await client.createApiKey({ body: { name: 'laptop', owner: 'anna' } });
  return { project_id, keyId, apikey };
}

test('a token made with an API key is one of an hour, verifiable by anyone, and ends with the key', async (t) => {
  const platform = await startRealControl(t);
  const { origin } = platform;
  const { project_id, keyId, apikey } = await readerIn(platform);
  const { status, answer, headers } = await postToken(origin, { grant_type: API_KEY_GRANT, apikey });
  assert.equal(status, 200);
  assert.equal(headers.get('cache-control'), 'no-store');
  const { access_token, expiration, ...rest } = answer;
  assert.deepEqual(rest, {
    refresh_token: 'not_supported',
    token_type: 'Bearer',
    expires_in: 3600,
    scope: 'ibm openid',
  });
  const token = String(access_token);

  const configuration = await fetch(`${origin}/identity/.well-known/openid-configuration`);
  const { issuer, jwks_uri } = (await configuration.json()) as { readonly issuer: string; readonly jwks_uri: string };
  const keys = await fetch(origin + new URL(jwks_uri).pathname);
  const { payload } = await jwtVerify(token, createLocalJWKSet((await keys.json()) as JSONWebKeySet), { issuer });
  assert.deepEqual(
    [payload.sub, payload['iam_id'], payload['api_key_id'], payload.exp],
    ['anna', 'anna', keyId, expiration],
  );
  assert.equal(Number(payload.exp) - Number(payload.iat), 3600);
  assert.deepEqual(payload['account'], { valid: true, bss: '0'.repeat(32) });

  const anna = platform.clientWith(token);
  assert.deepEqual((await anna.getCaller()).projects, [{ project_id, role: 'reader' }]);
  await refusedWith('forbidden', anna.createConfigMap({ params: { project_id }, body: { name: 'c' } }));
  await platform.client.deleteApiKey({ params: { id: keyId } });
  await refusedWith('unauthorized', anna.getCaller());
  assert.equal((await postToken(origin, { grant_type: API_KEY_GRANT, apikey })).answer['errorCode'], 'BXNIM0415E');
});

test('a client that names itself refreshes its tokens without the key, until the key is revoked', async (t) => {
  const platform = await startRealControl(t);
  const { origin } = platform;
  const { keyId, apikey } = await readerIn(platform);
  // What the public cloud's command line and its Terraform provider send.
  const basic = { authorization: `Basic ${btoa('bx:bx')}`, accept: 'application/json' };
  const first = await postToken(origin, { grant_type: API_KEY_GRANT, apikey }, basic);
  const refresh_token = String(first.answer['refresh_token']);
  assert.equal((await platform.clientWith(String(first.answer['access_token'])).getCaller()).id, 'anna');
  await refusedWith('unauthorized', platform.clientWith(refresh_token).getCaller());
  const second = await postToken(origin, { grant_type: REFRESH_GRANT, refresh_token }, basic);
  const { api_key_id } = await platform.clientWith(String(second.answer['access_token'])).getCaller();
  assert.equal(api_key_id, keyId);
  await platform.client.deleteApiKey({ params: { id: keyId } });
  const third = await postToken(origin, { grant_type: REFRESH_GRANT, refresh_token }, basic);
  assert.deepEqual([third.status, third.answer['errorCode']], [400, 'BXNIM0407E']);
});

const REFUSED: readonly (readonly [what: string, form: Readonly<Record<string, string>>, code: string])[] = [
  ['no grant', {}, 'BXNIM0109E'],
  ['no key', { grant_type: API_KEY_GRANT }, 'BXNIM0109E'],
  ['a key that is none', { grant_type: API_KEY_GRANT, apikey: 'slk_guess' }, 'BXNIM0415E'],
  ['another grant', { grant_type: 'password', username: 'a', password: 'guess' }, 'BXNIM0106E'],
  ['a refresh token that is none', { grant_type: REFRESH_GRANT, refresh_token: 'guess' }, 'BXNIM0407E'],
  ['a compute resource token that is none', { grant_type: COMPUTE_RESOURCE_GRANT, cr_token: 'guess' }, 'BXNIM0407E'],
];

test('the token service refuses in the shape its clients read, and repeats nothing of a credential', async (t) => {
  const { origin } = await startRealControl(t);
  for (const [what, form, code] of REFUSED) {
    const { status, answer } = await postToken(origin, form);
    assert.equal(status, 400, what);
    const fields = Object.keys(answer).filter((name) => name !== 'errorDetails');
    assert.deepEqual(fields, ['errorCode', 'errorMessage', 'context'], what);
    assert.equal(answer['errorCode'], code, what);
    assert.doesNotMatch(JSON.stringify(answer), /guess/, what);
  }
  const json = await fetch(`${origin}/identity/token`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  assert.equal(json.status, 415);
  const long = await fetch(`${origin}/identity/token`, {
    method: 'POST',
    body: new URLSearchParams({ a: 'x'.repeat(20_000) }),
  });
  assert.equal(long.status, 413);
  const get = await fetch(`${origin}/identity/token`);
  assert.deepEqual([get.status, get.headers.get('allow')], [405, 'POST']);
});

test('guessing at the token service is bounded', async (t) => {
  const { origin } = await startRealControl(t);
  const statuses = new Set<number>();
  for (let guess = 0; guess < 40; guess += 1) {
    const { status, headers } = await postToken(origin, { grant_type: API_KEY_GRANT, apikey: `slk_${guess}` });
    statuses.add(status);
    if (status === 429) assert.ok(Number(headers.get('retry-after')) > 0);
  }
  assert.deepEqual([...statuses], [400, 429]);
});

async function listProjectsWith(authenticator: Authenticator, origin: string) {
  const service = new BaseService({ authenticator, serviceUrl: `${origin}/v2` });
  const { result } = (await service['createRequest']({
    options: { url: '/projects', method: 'GET' },
    defaultOptions: { serviceUrl: `${origin}/v2`, headers: { Accept: 'application/json' } },
  })) as { readonly result: { readonly projects: readonly { readonly id: string }[] } };
  return result.projects.map(({ id }) => id);
}

test("the public cloud's SDK signs in with an API key when only its URLs are changed", async (t) => {
  const platform = await startRealControl(t);
  const { origin } = platform;
  const { project_id, apikey } = await readerIn(platform);
  const plain = new IamAuthenticator({ apikey, url: origin });
  assert.deepEqual(await listProjectsWith(plain, origin), [project_id]);
  const asClient = new IamAuthenticator({
    apikey,
    url: `${origin}/identity/token`,
    clientId: 'bx',
    clientSecret: 'bx',
  });
  assert.deepEqual(await listProjectsWith(asClient, origin), [project_id]);
  await assert.rejects(listProjectsWith(new IamAuthenticator({ apikey: 'slk_wrong', url: origin }), origin), {
    status: 400,
    message: /Provided API key could not be found/,
  });
});

test('a service token has its role in its own project alone, and none where it is not meant for', async (t) => {
  const platform = await startRealControl(t);
  const { project_id } = await readerIn(platform);
  const { id: other = '' } = await platform.client.createProject({ body: { name: 'other' } });
  const request = { projectId: project_id, subject: 'app/web', role: 'writer' } as const;
  const { tokens } = platform.identity;
  const { token, expiresAt, renewAt } = await tokens.mintServiceToken({ ...request, audience: API_AUDIENCE });
  const life = [Date.parse(expiresAt), Date.parse(renewAt)].map((at) => at - Number(decodeJwt(token).iat) * 1000);
  assert.deepEqual(life, [3_600_000, 1_800_000]);

  const app = platform.clientWith(token);
  await app.createConfigMap({ params: { project_id }, body: { name: 'c' } });
  await refusedWith('resource_not_found', app.listConfigMaps({ params: { project_id: other } }));
  await refusedWith('forbidden', app.setMember({ params: { project_id, id: 'eve' }, body: { role: 'manager' } }));
  await refusedWith('forbidden', app.createApiKey({ body: { name: 'for ever' } }));
  assert.deepEqual(
    (await app.listProjects()).projects.map(({ id }) => id),
    [project_id],
  );

  const elsewhere = await tokens.mintServiceToken({ ...request, audience: 'https://example.com' });
  await refusedWith('unauthorized', platform.clientWith(elsewhere.token).getCaller());
});

test("an instance's file is exchanged for a token by the public cloud's SDK", async (t) => {
  const platform = await startRealControl(t);
  const { project_id } = await readerIn(platform);
  const dir = await mkdtemp(join(tmpdir(), 'slipway-token-'));
  t.after(() => rm(dir, { recursive: true }));
  const request = { projectId: project_id, subject: 'job/nightly', role: 'reader' } as const;
  const { token } = await platform.identity.tokens.mintServiceToken({ ...request, audience: IDENTITY_AUDIENCE });
  await refusedWith('unauthorized', platform.clientWith(token).getCaller());
  const crTokenFilename = join(dir, 'token');
  await writeFile(crTokenFilename, token);
  const options = { crTokenFilename, iamProfileName: 'any', url: platform.origin };
  assert.deepEqual(await listProjectsWith(new ContainerAuthenticator(options), platform.origin), [project_id]);
});

test('a workload without a role is known and sees nothing', async (t) => {
  const platform = await startRealControl(t);
  const { project_id } = await readerIn(platform);
  const request = { projectId: project_id, subject: 'app/web', audience: API_AUDIENCE };
  const { token } = await platform.identity.tokens.mintServiceToken(request);
  const app = platform.clientWith(token);
  const { id, kind, projects } = await app.getCaller();
  assert.deepEqual([id, kind, projects], [`service-account:${project_id}:app/web`, 'service_account', []]);
  await refusedWith('resource_not_found', app.listApps({ params: { project_id } }));
});

test('a token that the platform did not sign, or that was changed, proves nobody', async (t) => {
  const platform = await startRealControl(t);
  const { project_id } = await readerIn(platform);
  const { issuer, tokens } = platform.identity;
  const request = { projectId: project_id, subject: 'app/web', role: 'reader', audience: API_AUDIENCE } as const;
  const { token } = await tokens.mintServiceToken(request);
  const claims = { ...decodeJwt(token), role: 'manager' };
  const [head = '', , signature = ''] = token.split('.');
  const { privateKey } = await generateKeyPair('ES256');
  const kid = String((JSON.parse(atob(head)) as { readonly kid: string }).kid);
  const forged = [
    `${head}.${btoa(JSON.stringify(claims)).replaceAll('=', '')}.${signature}`,
    new UnsecuredJWT(claims).encode(),
    await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey),
    await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid })
      .sign(new TextEncoder().encode(issuer.padEnd(32))),
    await new SignJWT({ ...claims, iss: 'https://example.com' })
      .setProtectedHeader({ alg: 'ES256', kid })
      .sign(privateKey),
  ];
  for (const [at, credential] of forged.entries()) {
    const refused = await refusedWith('unauthorized', platform.clientWith(credential).getCaller());
    assert.doesNotMatch(refused.message, new RegExp(credential.slice(0, 20)), `forged ${at}`);
  }
});
