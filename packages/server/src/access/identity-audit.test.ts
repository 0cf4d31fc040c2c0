import assert from 'node:assert/strict';
import test from 'node:test';
import { API_AUDIENCE, IDENTITY_AUDIENCE } from '@slipway/control';
import type { AuditRecord } from '@slipway/spec';
import { startRealControl, type RealControl } from '../testing/real-control.ts';
import { COMPUTE_RESOURCE_GRANT, REFRESH_GRANT } from './identity-endpoints.ts';
import { API_KEY_GRANT } from './identity-tokens.ts';

type Form = Readonly<Record<string, string>>;

async function post(
  { origin }: RealControl,
  body: string | URLSearchParams,
): Promise<Readonly<Record<string, unknown>>> {
  const headers = { authorization: `Basic ${btoa('bx:bx')}` };
  const response = await fetch(`${origin}/identity/token`, { method: 'POST', body, headers });
  return (await response.json()) as Record<string, unknown>;
}

async function tokensOnRecord({ client }: RealControl): Promise<readonly AuditRecord[]> {
  const { audit } = await client.listAudit({ query: { action: 'codeengine.token', limit: 100 } });
  return audit.toReversed();
}

function outlineOf(record: AuditRecord): string {
  const { user_id: user = 'nobody', credential_kind: kind, target, status_code: status, error_code: code } = record;
  return [user, kind, target.kind, target.name ?? '-', status, ...(code === undefined ? [] : [code])].join(' ');
}

test('every request for a token is on record: whose it was and how it ended, and no credential', async (t) => {
  const platform = await startRealControl(t);
  const { client, identity } = platform;
  const { id: keyId, apikey } = await client.createApiKey({ body: { name: 'ci', owner: 'anna' } });
  const workload = { projectId: 'p', subject: 'app/web', audience: IDENTITY_AUDIENCE };
  const { token: cr_token } = await identity.tokens.mintServiceToken(workload);
  const { token: other } = await identity.tokens.mintServiceToken({ ...workload, audience: API_AUDIENCE });

  const first = await post(platform, new URLSearchParams({ grant_type: API_KEY_GRANT, apikey }));
  const refresh_token = String(first['refresh_token']);
  const forms: readonly Form[] = [
    { grant_type: REFRESH_GRANT, refresh_token },
    { grant_type: COMPUTE_RESOURCE_GRANT, cr_token },
    { grant_type: API_KEY_GRANT, apikey: 'slk_hunter2' },
    { grant_type: COMPUTE_RESOURCE_GRANT, cr_token: other },
    { grant_type: 'hunter2', password: 'hunter2' },
  ];
  for (const form of forms) await post(platform, new URLSearchParams(form));
  await post(platform, 'hunter2');
  await client.deleteApiKey({ params: { id: keyId } });
  await post(platform, new URLSearchParams({ grant_type: REFRESH_GRANT, refresh_token }));

  const records = await tokensOnRecord(platform);
  assert.deepEqual(records.map(outlineOf), [
    'anna api_key token apikey 200',
    'anna api_key token refresh_token 200',
    'service-account:p:app/web service_account token cr_token 200',
    'nobody none token apikey 400 BXNIM0415E',
    'nobody none token cr_token 400 BXNIM0407E',
    'nobody none token - 400 BXNIM0106E',
    'nobody none token - 415 unsupported_content_type',
    'nobody none token refresh_token 400 BXNIM0407E',
  ]);
  assert.deepEqual([...new Set(records.map(({ action }) => action))], ['codeengine.token.create']);
  assert.equal(records[0]?.credential_id, keyId);
  assert.equal(records[0]?.source, '127.0.0.1');
  const text = JSON.stringify(records);
  for (const secret of ['hunter2', apikey, refresh_token, cr_token, other, String(first['access_token'])])
    assert.ok(!text.includes(secret), 'a credential is on record');
});

test('what is open to everyone at the token service is in no record', async (t) => {
  const platform = await startRealControl(t);
  for (const path of ['/identity/keys', '/identity/.well-known/openid-configuration', '/identity/token'])
    await fetch(platform.origin + path);
  assert.deepEqual(await tokensOnRecord(platform), []);
});

test('requests for tokens count as requests of their user, and one too many is refused before a token is signed', async (t) => {
  const requestsPerSecond = 0.2;
  const platform = await startRealControl(t, { requestsPerSecond });
  const { apikey } = await platform.client.createApiKey({ body: { name: 'ci', owner: 'anna' } });
  const ask = () => post(platform, new URLSearchParams({ grant_type: API_KEY_GRANT, apikey }));
  const answers = [await ask(), await ask(), await ask()];
  const codes = answers.map(({ errorCode }) => errorCode);
  assert.deepEqual(codes, [undefined, undefined, 'BXNIM0429E']);
  const [, , last] = await tokensOnRecord(platform);
  assert.equal(last && outlineOf(last), 'anna api_key token apikey 429 BXNIM0429E');
});
