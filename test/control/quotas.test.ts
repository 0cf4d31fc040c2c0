/** Quotas of a project: what they say, what they stop, and that nothing passes them by coming at the same moment. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_QUOTAS, PROJECTS_MAX, QUOTA_KEYS, quotaName, type ProjectQuotasPatch } from '@slipway/spec';
import {
  openControlBench,
  refusedWith,
  until,
  untilApp,
  untilGone,
  uploadSource,
  type ControlBench,
} from './control-bench.ts';

const IMAGE = 'fake/good';
/** What runs uses them, a moment after it was asked for. */
const SIZES: ReadonlySet<string> = new Set(['instances', 'cpu_millis', 'memory_bytes', 'ephemeral_storage_bytes']);

function createApp(bench: ControlBench, name: string) {
  return bench.call('createApp', { project_id: bench.projectId }, { body: { name, image_reference: IMAGE } });
}

function setQuotas(bench: ControlBench, body: ProjectQuotasPatch) {
  return bench.call('updateProjectQuotas', { project_id: bench.projectId }, { body });
}

async function usedOf(bench: ControlBench, name: string): Promise<number | undefined> {
  const { quotas } = await bench.call('getProjectQuotas', { project_id: bench.projectId });
  return quotas.find((quota) => quota.name === name)?.used;
}

/** By what the test makes, and by the destination that every project begins with. */
const USED: ReadonlySet<string> = new Set(['apps', 'revisions', 'secrets', 'allowed_outbound_destinations']);

test('getProjectQuotas() tells limit and use of every quota', async (t) => {
  const bench = await openControlBench(t);
  await createApp(bench, 'web');
  await bench.call(
    'createSecret',
    { project_id: bench.projectId },
    { body: { name: 's', format: 'generic', data: { A: 'b' } } },
  );
  const { project_id, quotas } = await bench.call('getProjectQuotas', { project_id: bench.projectId });
  assert.equal(project_id, bench.projectId);
  assert.deepEqual(quotas.map(({ name }) => name).toSorted(), QUOTA_KEYS.map(quotaName).toSorted());
  for (const { name, limit, limit_default, used } of quotas) {
    assert.equal(limit, limit_default, name);
    if (!SIZES.has(name)) assert.equal(used, USED.has(name) ? 1 : 0, name);
  }
});

test('creations of the same moment never pass a quota together', async (t) => {
  const bench = await openControlBench(t);
  await setQuotas(bench, { apps: 3, config_maps: 2, revisions: 100 });
  const params = { project_id: bench.projectId };
  const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
  const apps = await Promise.allSettled(names.map((name) => createApp(bench, name)));
  const maps = await Promise.allSettled(
    names.map((name) => bench.call('createConfigMap', params, { body: { name, data: {} } })),
  );
  assert.equal(apps.filter(({ status }) => status === 'fulfilled').length, 3);
  assert.equal(maps.filter(({ status }) => status === 'fulfilled').length, 2);
  for (const one of [...apps, ...maps]) {
    if (one.status === 'rejected') assert.ok(refusedWith('quota_exceeded')(one.reason));
  }
  assert.equal(await bench.store.count({ kind: 'app', projectId: bench.projectId }), 3);
  assert.equal(await bench.store.count({ kind: 'config_map', projectId: bench.projectId }), 2);
});

test('a refusal names the quota, its use and its limit', async (t) => {
  const bench = await openControlBench(t);
  await setQuotas(bench, { apps: 1 });
  await createApp(bench, 'web');
  const pattern = /app "more": quota apps allows 1 and 1 are in use/;
  await assert.rejects(createApp(bench, 'more'), refusedWith('quota_exceeded', pattern));
});

test('a limit below what is used stops growth and takes nothing away', async (t) => {
  const bench = await openControlBench(t);
  for (const name of ['a', 'b']) await createApp(bench, name);
  await setQuotas(bench, { apps: 1 });
  await bench.restart();
  assert.equal(await usedOf(bench, 'apps'), 2);
  await assert.rejects(createApp(bench, 'c'), refusedWith('quota_exceeded', /allows 1 and 2/));
  await untilApp(bench, 'b', 'ready');
  const params = { project_id: bench.projectId, name: 'a' };
  await bench.call('deleteApp', params);
  await untilGone('the app', () => bench.call('getApp', params));
  await assert.rejects(createApp(bench, 'c'), refusedWith('quota_exceeded', /allows 1 and 1/));
  await setQuotas(bench, { apps: null });
  await createApp(bench, 'c');
  const { quotas } = await bench.call('getProjectQuotas', { project_id: bench.projectId });
  assert.equal(quotas.find(({ name }) => name === 'apps')?.limit, PROJECT_QUOTAS.apps);
});

test('a full quota of revisions stops new ones but not the replacing of old ones', async (t) => {
  const bench = await openControlBench(t);
  const update = (scale_max_instances: number) =>
    bench.call(
      'updateApp',
      { project_id: bench.projectId, name: 'web' },
      { body: { scale_max_instances }, ifMatch: '*' },
    );
  await createApp(bench, 'web');
  await untilApp(bench, 'web', 'ready');
  await setQuotas(bench, { revisions: 2 });
  await update(2);
  await untilApp(bench, 'web', 'ready');
  await assert.rejects(update(3), refusedWith('quota_exceeded', /revision of app "web": quota revisions allows 2/));
  await assert.rejects(createApp(bench, 'other'), refusedWith('quota_exceeded', /quota revisions/));
  assert.equal((await update(2)).scale_max_instances, 2);
  await setQuotas(bench, { revisions: 3 });
  for (const max of [3, 4, 5]) {
    await update(max);
    await untilApp(bench, 'web', 'ready');
  }
  await until('old revisions are gone', async () => ((await usedOf(bench, 'revisions')) === 3 ? true : undefined));
});

test('the quota of build runs counts those that have not ended', async (t) => {
  const bench = await openControlBench(t);
  await setQuotas(bench, { build_runs: 1 });
  bench.builder.hold();
  const source_url = await uploadSource(bench, 'source');
  const run = (name: string) =>
    bench.call('createBuildRun', { project_id: bench.projectId }, { body: { name, source_url } });
  await run('first');
  await assert.rejects(run('second'), refusedWith('quota_exceeded', /build run "second": quota build_runs allows 1/));
  bench.builder.release();
  await until('the run has ended', async () => ((await usedOf(bench, 'build_runs')) === 0 ? true : undefined));
  await run('second');
});

test('what runs counts against the sizes of its project, and what has no room says so until it has', async (t) => {
  const bench = await openControlBench(t);
  await createApp(bench, 'web');
  await untilApp(bench, 'web', 'ready');
  const { quotas } = await bench.call('getProjectQuotas', { project_id: bench.projectId });
  const used = quotas.filter(({ name }) => SIZES.has(name)).map((quota) => [quota.name, quota.used] as const);
  assert.deepEqual(Object.fromEntries(used), {
    instances: 1,
    cpu_millis: 1000,
    memory_bytes: 4e9,
    ephemeral_storage_bytes: 400e6,
  });
  await setQuotas(bench, { memory_bytes: 7e9 });
  await createApp(bench, 'more');
  const waiting = await untilApp(bench, 'more', 'waiting_for_resources');
  assert.equal(waiting.status, 'deploying');
  await bench.restart();
  await untilApp(bench, 'more', 'waiting_for_resources');
  await untilApp(bench, 'web', 'ready');
  await setQuotas(bench, { memory_bytes: 8e9 });
  await untilApp(bench, 'more', 'ready');
  assert.equal(await usedOf(bench, 'memory_bytes'), 8e9);
});

test('an app that has less than its minimum for want of room is shown with a warning', async (t) => {
  const bench = await openControlBench(t);
  await createApp(bench, 'web');
  await untilApp(bench, 'web', 'ready');
  bench.machine.scaleToZero({ projectId: bench.projectId, appName: 'web' });
  await setQuotas(bench, { instances: 0 });
  await until('the machine knows the quota', async () =>
    bench.machine.request('web.default.localhost').status === 503 ? true : undefined,
  );
  assert.equal((await untilApp(bench, 'web', 'waiting_for_resources')).status, 'warning');
  await setQuotas(bench, { instances: null });
  await untilApp(bench, 'web', 'ready');
});

test('a platform has a bounded number of projects, also when they come at once', async (t) => {
  const bench = await openControlBench(t);
  const names = Array.from({ length: PROJECTS_MAX + 2 }, (_, index) => `p${index}`);
  const made = await Promise.allSettled(names.map((name) => bench.call('createProject', {}, { body: { name } })));
  assert.equal(made.filter(({ status }) => status === 'fulfilled').length, PROJECTS_MAX - 1);
  const late = made.find((one) => one.status === 'rejected');
  assert.ok(late && refusedWith('projects_full', /projects, \d+ are allowed/)(late.reason));
});
