import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { openIdentityKeys } from './identity-keys.ts';

const DAY_MS = 24 * 60 * 60_000;

async function keysFor(t: TestContext) {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-keys-'));
  t.after(() => rm(dir, { recursive: true }));
  const path = join(dir, 'identity-keys.json');
  const clock = { nowMs: Date.UTC(2026, 0, 1) };
  return { path, clock, open: () => openIdentityKeys({ path, now: () => new Date(clock.nowMs) }) };
}

test('openIdentityKeys() makes a key once that only its owner can read, and publishes nothing secret', async (t) => {
  const { path, open } = await keysFor(t);
  const { kid } = await (await open()).signingKey();
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  const again = await open();
  assert.equal((await again.signingKey()).kid, kid);
  const { keys } = again.publicKeys();
  assert.deepEqual(
    keys.map((key) => Object.keys(key).toSorted()),
    [['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']],
  );
});

test('a key that has signed for 30 days is replaced by one, verifies for a day more, and is dropped after', async (t) => {
  const { path, clock, open } = await keysFor(t);
  const keys = await open();
  const { kid: first } = await keys.signingKey();
  clock.nowMs += 30 * DAY_MS;
  const signers = await Promise.all([keys.signingKey(), keys.signingKey()]);
  const [second = '', same] = signers.map(({ kid }) => kid);
  assert.notEqual(second, first);
  assert.equal(same, second);
  assert.ok(keys.verifyingKey(first));
  assert.deepEqual(
    keys.publicKeys().keys.map(({ kid }) => kid),
    [second, first],
  );
  clock.nowMs += 30 * DAY_MS;
  await keys.signingKey();
  assert.equal(keys.verifyingKey(first), undefined);
  assert.ok(keys.verifyingKey(second));
  assert.equal((await readFile(path, 'utf8')).includes(first), false);
});

test('a damaged file is replaced', async (t) => {
  const { path, open } = await keysFor(t);
  for (const text of ['', '{"keys":', '{"keys":[{"kid":"k","jwk":{}}]}', 'null']) {
    await writeFile(path, text);
    const { kid } = await (await open()).signingKey();
    assert.match(await readFile(path, 'utf8'), new RegExp(kid));
  }
});
