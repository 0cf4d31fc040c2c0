/** Two projects on a platform that is too small for both: who gets the room, what quotas stop, and how a project ends. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SLOW_HELLO, textApp, writeFolder } from './app-folder.ts';
import { startPlatform, withShortWaits, type TestPlatform } from './platform.ts';
import { ask, startLoad } from './requests.ts';
import { waitUntil } from './wait-until.ts';

/** Half of what the platform gives away. */
const HALF = ['--cpu', '0.25', '--memory', '500M'];
let platform: TestPlatform;
let calm: string;
let hot: string;

before(async () => {
  platform = await startPlatform({ tune: withShortWaits, upFlags: ['--memory-capacity', '1G'] });
  for (const project of ['calm', 'hot']) await platform.must(['project', 'create', '--name', project, '--no-select']);
  const calmFolder = await writeFolder(join(platform.folder, 'calm'), textApp('calm'));
  calm = await platform.deploy(calmFolder, 'web', [...HALF, '--project', 'calm']);
  // An ordinary build takes all of this platform: the idle app makes room for it.
  const hotFolder = await writeFolder(join(platform.folder, 'hot'), SLOW_HELLO);
  hot = await platform.deploy(hotFolder, 'web', [...HALF, '--concurrency', '1', '--project', 'hot']);
});
after(() => platform?.purge());

async function usedInstances(project: string): Promise<number> {
  const { stdout } = await platform.must(['quota', 'get', '--name', project, '--output', 'json']);
  const { quotas } = JSON.parse(stdout) as { quotas: { name: string; used: number }[] };
  return quotas.find(({ name }) => name === 'instances')?.used ?? -1;
}

test('tenancy: no more runs than fits, and who gets no room is told so', async (t) => {
  const load = startLoad(t, hot, { concurrency: 8 });
  await waitUntil('one project has all the room', async () => (await usedInstances('hot')) === 2, {
    timeoutMs: 60_000,
  });
  const refused = await ask(calm);
  assert.equal(refused.status, 503);
  assert.match(refused.body, /"web" cannot start: no capacity: all memory of the platform is in use/);
  assert.deepEqual((await load.stop()).failures, []);
  assert.equal((await ask(calm)).body, 'calm');
});

test('tenancy: a declared minimum stays while another project wants all', async (t) => {
  await platform.must(['app', 'update', '--name', 'web', '--min-scale', '1', '--project', 'calm']);
  await waitUntil('the old revision is gone', async () => (await usedInstances('calm')) === 1, { timeoutMs: 60_000 });
  const load = startLoad(t, hot, { concurrency: 8 });
  await waitUntil('the other one is awake', async () => (await usedInstances('hot')) > 0, { timeoutMs: 60_000 });
  for (let turn = 0; turn < 20; turn += 1) assert.equal((await ask(calm)).body, 'calm');
  assert.equal(await usedInstances('hot'), 1);
  assert.deepEqual((await load.stop()).failures, []);
});

test('tenancy: a minimum without room is shown, and a quota stops at its limit', async () => {
  await platform.must(['app', 'update', '--name', 'web', '--min-scale', '3', '--project', 'calm']);
  const { stdout } = await platform.must(['app', 'list', '--project', 'calm']);
  assert.match(stdout, /waiting for resources/);
  await platform.must(['app', 'update', '--name', 'web', '--min-scale', '0', '--project', 'calm']);
  const wrong = await platform.slipway(['quota', 'update', '--name', 'calm', '--limit', 'instanses=0']);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /no quota "instanses"\n\s+Did you mean instances\?/);
  await platform.must(['quota', 'update', '--name', 'hot', '--limit', 'instances=0']);
  await waitUntil('what ran is asleep', async () => (await usedInstances('hot')) === 0, { timeoutMs: 60_000 });
  const refused = await ask(hot);
  assert.equal(refused.status, 503);
  assert.match(refused.body, /no capacity: it needs 1 instances, the project's quota is 0/);
  await platform.must(['quota', 'update', '--name', 'hot', '--limit', 'instances=default']);
  assert.equal((await ask(hot)).status, 200);
});

test('tenancy: a deleted project comes back as it was, and is gone when it is deleted for good', async () => {
  const deleted = await platform.must(['project', 'delete', '--name', 'calm', '--force']);
  assert.match(deleted.stderr, /it can be restored: \S*slipway project restore --id/);
  assert.equal((await ask(calm)).status, 404);
  assert.match((await platform.must(['reclamation', 'list'])).stdout, /^calm\s+\S+\s+soft_deleted\s+6d23h$/m);
  const refused = await platform.slipway(['app', 'list', '--project', 'calm']);
  assert.match(refused.stderr, /"calm": it is deleted, and kept until .*Restore the project first/);
  await platform.must(['project', 'restore', '--name', 'calm']);
  assert.equal((await ask(calm)).body, 'calm');
  const repositories = join(platform.config.stateDir, 'registry/data/docker/registry/v2/repositories');
  assert.ok(existsSync(join(repositories, 'calm')));
  await platform.must(['project', 'delete', '--name', 'calm', '--force']);
  await platform.must(['reclamation', 'delete', '--name', 'calm', '--force']);
  assert.ok(!existsSync(join(repositories, 'calm')));
  assert.equal((await platform.slipway(['project', 'get', '--name', 'calm'])).code, 3);
  assert.equal((await ask(calm)).status, 404);
  assert.equal((await ask(hot)).status, 200);
});
