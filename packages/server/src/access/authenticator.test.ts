import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { LOCAL_ADMINISTRATOR } from '@slipway/control';
import { Refusal } from '@slipway/spec';
import { startRealControl } from '../testing/real-control.ts';
import { createAuthenticator, type AuthenticatorParts } from './authenticator.ts';
import { createFailureLimit } from './failure-limit.ts';

const ADMIN_TOKEN = 'slw_administrator';
const HERE = '127.0.0.1';

async function authenticatorFor(t: test.TestContext, parts: Partial<AuthenticatorParts> = {}) {
  const { client, control } = await startRealControl(t);
  const authenticate = createAuthenticator({
    adminDigest: createHash('sha256').update(ADMIN_TOKEN).digest(),
    adminTokenPath: '/state/admin-token',
    directory: control.directory,
    failures: createFailureLimit(() => new Date(0), { failuresMax: 3 }),
    verifiers: [],
    ...parts,
  });
  return { client, authenticate };
}

const REFUSED: readonly (readonly [authorization: string | undefined, reason: RegExp])[] = [
  [undefined, /header is missing/],
  ['', /header is missing/],
  ['Basic eDp5', /not a bearer token/],
  ['Bearer', /not a bearer token/],
  ['Bearer slw_guess', /token is not known here/],
  ['Bearer slk_guess', /API key is not known here/],
  ['Bearer a.b.c', /token is not known here/],
];

for (const [authorization, reason] of REFUSED) {
  test(`createAuthenticator() refuses "${authorization}", repeats nothing of it, and tells what to send`, async (t) => {
    const { authenticate } = await authenticatorFor(t);
    await assert.rejects(authenticate(authorization, HERE), (error) => {
      assert.ok(error instanceof Refusal);
      assert.equal(error.code, 'unauthorized');
      assert.match(error.message, reason);
      assert.match(error.message, /API key, or the token of \/state\/admin-token$/);
      assert.doesNotMatch(error.message, /guess|eDp5/);
      return true;
    });
  });
}

test('createAuthenticator() knows the administrator, an API key, and what a verifier proves', async (t) => {
  const ofToken = { kind: 'user', id: 'anna', name: 'Anna' } as const;
  const { client, authenticate } = await authenticatorFor(t, {
    verifiers: [async (token) => (token === 'a.b.c' ? ofToken : undefined)],
  });
  assert.equal(await authenticate(`Bearer ${ADMIN_TOKEN}`, HERE), LOCAL_ADMINISTRATOR);
  const { id, apikey } = await client.createApiKey({ body: { name: 'laptop', owner: 'bert' } });
  const ofKey = { kind: 'api_key', id, name: 'laptop', owner: 'bert' };
  assert.deepEqual(await authenticate(`bearer  ${apikey}`, HERE), ofKey);
  assert.equal(await authenticate('Bearer a.b.c', HERE), ofToken);
});

test('a source that guesses is not listened to any more, but for who holds a key or the token of the machine', async (t) => {
  const { client, authenticate } = await authenticatorFor(t);
  const { apikey } = await client.createApiKey({ body: { name: 'laptop' } });
  for (const guess of ['slk_1', 'slk_2', 'slk_3']) {
    await assert.rejects(authenticate(`Bearer ${guess}`, HERE), { code: 'unauthorized' });
  }
  await assert.rejects(authenticate('Bearer slk_4', HERE), { code: 'too_many_failures' });
  await assert.rejects(authenticate('Bearer a.b.c', HERE), { code: 'too_many_failures' });
  assert.equal((await authenticate(`Bearer ${apikey}`, HERE)).owner, LOCAL_ADMINISTRATOR.id);
  assert.equal(await authenticate(`Bearer ${ADMIN_TOKEN}`, HERE), LOCAL_ADMINISTRATOR);
});
