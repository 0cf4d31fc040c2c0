/** What a restart and the passing of time do to roles and keys: the directory of control over a real store. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { AccessDirectory, apiKeyDigest, type Caller, type Store } from '@slipway/control';
import { openSqliteStore } from '@slipway/store';
import { randomText } from '../system-clock.ts';

const SILENT = { info() {}, warn() {}, error() {} };
const ANNA: Caller = { kind: 'user', id: 'anna', name: 'Anna' };
const KEY = { kind: 'api_key', projectId: 'platform', name: 'k1', id: 'k1', owner: 'anna', status: {} } as const;

async function openStore(t: TestContext): Promise<Store> {
  const store = await openSqliteStore({ path: ':memory:' });
  t.after(() => store.close());
  return store;
}

async function directoryOf(store: Store, now: () => number = () => 0) {
  const clock = { now: () => new Date(now()), after: () => () => undefined };
  const directory = new AccessDirectory({ store, clock, log: SILENT, randomText });
  await directory.load();
  return directory;
}

test('a directory that is read anew knows every role and key, and drops members of projects that never came', async (t) => {
  const store = await openStore(t);
  const project = { kind: 'project', projectId: 'p1', name: 'p1', id: 'p1', owner: '', status: {} } as const;
  await store.insert({ ...project, spec: { name: 'shop' } });
  const before = await directoryOf(store);
  await before.setRole('p1', 'anna', 'reader');
  await before.setRole('p1', 'anna', 'manager');
  await before.setRole('never', 'anna', 'manager');
  await before.setRole('platform', 'anna', 'viewer');
  await before.addApiKey({ ...KEY, spec: { name: 'laptop', digest: apiKeyDigest('slk_x') } });

  const after = await directoryOf(store);
  assert.deepEqual(after.rolesOf(ANNA, 'p1'), { platform: 'viewer', project: 'manager' });
  assert.deepEqual(after.projectsOf(ANNA), ['p1']);
  assert.equal(await store.count({ kind: 'member' }), 2);
  assert.equal(after.findApiKey(apiKeyDigest('slk_x'))?.owner, 'anna');
  assert.equal(after.findApiKey(apiKeyDigest('slk_y')), undefined);
  after.forgetProject('p1');
  assert.deepEqual(after.rolesOf(ANNA, 'p1'), { platform: 'viewer', project: undefined });
});

test('an API key is current until it expires or is revoked, and its use is written every few minutes at most', async (t) => {
  const store = await openStore(t);
  let nowMs = 0;
  const directory = await directoryOf(store, () => nowMs);
  const expiresAt = new Date(600_000).toISOString();
  await directory.addApiKey({ ...KEY, spec: { name: 'laptop', digest: apiKeyDigest('slk_x'), expiresAt } });
  const caller: Caller = { kind: 'api_key', id: 'k1', name: 'laptop', owner: 'anna' };
  const usedAt = async () => {
    directory.noteUse('k1');
    await directory.stop();
    return (await store.get(KEY))?.status;
  };
  assert.deepEqual(await usedAt(), { lastUsedAt: new Date(0).toISOString() });
  nowMs = 299_999;
  assert.deepEqual(await usedAt(), { lastUsedAt: new Date(0).toISOString() });
  nowMs = 300_000;
  assert.deepEqual(await usedAt(), { lastUsedAt: new Date(300_000).toISOString() });
  assert.equal(directory.isCurrent(caller), true);
  nowMs = 600_000;
  assert.equal(directory.isCurrent(caller), false);
  nowMs = 0;
  await directory.removeApiKey('k1');
  assert.equal(directory.isCurrent(caller), false);
  assert.equal(await directory.removeApiKey('k1'), false);
});

test('a service account has its role in its project alone, and never that of a Manager', async (t) => {
  const directory = await directoryOf(await openStore(t));
  await directory.setRole('platform', 'app web', 'administrator');
  const carried = { platform: 'administrator', projects: { p1: 'manager', p2: 'reader' } } as const;
  const caller: Caller = { kind: 'service_account', id: 'app web', name: 'web', carried, expiresAtMs: 1 };
  assert.deepEqual(directory.rolesOf(caller, 'p1'), { project: 'writer' });
  assert.deepEqual(directory.rolesOf(caller, 'p2'), { project: 'reader' });
  assert.deepEqual(directory.rolesOf(caller, 'p3'), { project: undefined });
  assert.deepEqual(directory.rolesOf(caller, undefined), { project: undefined });
  assert.equal(directory.isCurrent(caller), true);
});
