/** The life of a project after its deletion: what stops, what is kept, what comes back, and when it is over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSystemClock, type TestClock } from '@slipway/engine/testing';
import type { RESOURCE_KINDS } from '@slipway/control';
import {
  openControlBench,
  PROJECT_RETENTION_MS,
  refusedWith,
  until,
  untilApp,
  untilGone,
  uploadSource,
  type ControlBench,
} from './control-bench.ts';

const HOST = 'web.default.localhost';
const CONTENT: readonly (typeof RESOURCE_KINDS)[number][] = ['app', 'app_revision', 'build_run', 'config_map'];

async function openBusyProject(bench: ControlBench): Promise<void> {
  const params = { project_id: bench.projectId };
  await bench.call('createConfigMap', params, { body: { name: 'settings', data: { COLOUR: 'blue' } } });
  await bench.call('createApp', params, { body: { name: 'web', image_reference: 'fake/good' } });
  await untilApp(bench, 'web', 'ready');
  await untilAnswers(bench, 200);
}

function untilAnswers(bench: ControlBench, status: number): Promise<true> {
  return until(`requests are answered with ${status}`, async () =>
    bench.machine.request(HOST).status === status ? true : undefined,
  );
}

function untilStatus(bench: ControlBench, status: string) {
  return until(`the project is ${status}`, async () => {
    const project = await bench.call('getProject', { id: bench.projectId });
    return project.status === status ? project : undefined;
  });
}

/** A clock whose date a test may move; its callbacks come in real time, those of minutes when the test asks for them. */
function createMovableClock(): TestClock & { move(byMs: number): void; pass(): void } {
  const system = createSystemClock();
  let offsetMs = 0;
  const waiting = new Set<() => void>();
  return {
    now: () => new Date(system.now().getTime() + offsetMs),
    after(delayMs, callback) {
      if (delayMs < 60_000) return system.after(delayMs, callback);
      waiting.add(callback);
      return () => void waiting.delete(callback);
    },
    move: (byMs) => void (offsetMs += byMs),
    pass() {
      const due = [...waiting];
      waiting.clear();
      for (const callback of due) callback();
    },
  };
}

test('a deleted project serves nothing, keeps everything, and refuses what is inside it', async (t) => {
  const bench = await openControlBench(t);
  await openBusyProject(bench);
  const params = { project_id: bench.projectId };
  await bench.call('deleteProject', { id: bench.projectId });
  await untilStatus(bench, 'soft_deleted');
  await untilAnswers(bench, 404);
  assert.deepEqual(bench.machine.appKeys(), []);
  assert.equal(await bench.store.count({ kind: 'app', projectId: bench.projectId }), 1);
  const refusal = refusedWith(
    'project_soft_deleted',
    /"default": it is deleted, and kept until .* Restore the project/,
  );
  await assert.rejects(bench.call('getApp', { ...params, name: 'web' }), refusal);
  await assert.rejects(bench.call('listConfigMaps', params), refusal);
  await assert.rejects(
    bench.call('createApp', params, { body: { name: 'new', image_reference: 'fake/good' } }),
    refusal,
  );
  assert.equal((await bench.call('getProjectStatusDetails', params)).project, 'disabled');
  assert.equal((await bench.call('listProjects', {})).projects[0]?.status, 'soft_deleted');
  const [reclamation] = (await bench.call('listReclamations', {})).reclamations;
  assert.equal(reclamation?.project_name, 'default');
  const keptMs = Date.parse(reclamation?.target_time ?? '') - Date.parse(reclamation?.deleted_at ?? '');
  assert.equal(keptMs, PROJECT_RETENTION_MS);
});

test('name and subdomain of a deleted project stay taken until it is gone', async (t) => {
  const bench = await openControlBench(t);
  await bench.call('deleteProject', { id: bench.projectId });
  await untilStatus(bench, 'soft_deleted');
  const create = () => bench.call('createProject', {}, { body: { name: 'default' } });
  await assert.rejects(create(), refusedWith('name_taken'));
  const other = await bench.call('createProject', {}, { body: { name: 'Default' } });
  const body = { name: 'web', image_reference: 'fake/good' };
  const { endpoint } = await bench.call('createApp', { project_id: other.id ?? '' }, { body });
  assert.match(endpoint ?? '', /^http:\/\/web\.default-[0-9a-z]{5}\./);
  await bench.call('deleteProject', { id: bench.projectId }, { query: { hard: true } });
  await untilGone('the project', () => bench.call('getProject', { id: bench.projectId }));
  await create();
});

test('restoreProject() brings everything back as declared, and may be repeated', async (t) => {
  const bench = await openControlBench(t);
  await openBusyProject(bench);
  await bench.call('deleteProject', { id: bench.projectId });
  await untilStatus(bench, 'soft_deleted');
  await bench.call('restoreProject', { id: bench.projectId });
  await bench.call('restoreProject', { id: bench.projectId });
  await untilStatus(bench, 'active');
  await untilAnswers(bench, 200);
  await untilApp(bench, 'web', 'ready');
  const map = await bench.call('getConfigMap', { project_id: bench.projectId, name: 'settings' });
  assert.deepEqual(map.data, { COLOUR: 'blue' });
  assert.deepEqual((await bench.call('listReclamations', {})).reclamations, []);
  await assert.rejects(bench.call('getReclamation', { id: bench.projectId }), refusedWith('resource_not_found'));
});

test('deleting and restoring in quick turns ends with what was asked last', async (t) => {
  const bench = await openControlBench(t);
  await openBusyProject(bench);
  for (let turn = 0; turn < 20; turn += 1) {
    await bench.call('deleteProject', { id: bench.projectId });
    if (turn % 3 === 0) await untilAnswers(bench, 404);
    await bench.call('restoreProject', { id: bench.projectId });
  }
  await untilStatus(bench, 'active');
  await untilAnswers(bench, 200);
  await bench.call('deleteProject', { id: bench.projectId });
  await untilStatus(bench, 'soft_deleted');
  assert.deepEqual(bench.machine.appKeys(), []);
});

test('a build under way when its project is deleted stops, and runs anew when the project is restored', async (t) => {
  const bench = await openControlBench(t);
  const params = { project_id: bench.projectId };
  bench.builder.hold();
  const source_url = await uploadSource(bench, 'source');
  await bench.call('createBuildRun', params, { body: { name: 'run', source_url } });
  await until('the build runs', async () => (bench.builder.started.length === 1 ? true : undefined));
  await bench.call('deleteProject', { id: bench.projectId });
  await untilStatus(bench, 'soft_deleted');
  bench.builder.release();
  await bench.call('restoreProject', { id: bench.projectId });
  await until('the run has succeeded', async () =>
    (await bench.call('getBuildRun', { ...params, name: 'run' })).status === 'succeeded' ? true : undefined,
  );
  assert.equal(bench.builder.started.length, 2);
});

test('a deleted project is not served again by a control plane that starts anew', async (t) => {
  const bench = await openControlBench(t);
  await openBusyProject(bench);
  await bench.call('deleteProject', { id: bench.projectId });
  await bench.restart();
  await untilStatus(bench, 'soft_deleted');
  assert.deepEqual(bench.machine.appKeys(), []);
  assert.ok(bench.machine.projects.has(bench.projectId), 'its ground stays, and its logs with it');
  const feed = bench.machine.logs({ projectId: bench.projectId, appName: 'web' });
  assert.ok(feed.items.length > 0);
});

test('after its time a full pass deletes a project for good, with everything of it', async (t) => {
  const clock = createMovableClock();
  const bench = await openControlBench(t, { clock });
  await openBusyProject(bench);
  const source_url = await uploadSource(bench, 'source');
  await bench.call('createBuildRun', { project_id: bench.projectId }, { body: { name: 'run', source_url } });
  await bench.call('deleteProject', { id: bench.projectId });
  await untilStatus(bench, 'soft_deleted');
  clock.move(PROJECT_RETENTION_MS - 60_000);
  clock.pass();
  await untilStatus(bench, 'soft_deleted');
  clock.move(60_000);
  assert.equal((await bench.call('getProject', { id: bench.projectId })).status, 'pending_removal');
  clock.pass();
  await untilGone('the project', () => bench.call('getProject', { id: bench.projectId }));
  for (const kind of [...CONTENT, 'project'] as const) {
    assert.equal(await bench.store.count({ kind, projectId: bench.projectId }), 0, kind);
  }
  const events = { projectId: bench.projectId, appName: 'web', limit: 10 };
  assert.deepEqual(await bench.store.listEvents(events), []);
  assert.ok(!bench.machine.projects.has(bench.projectId));
  assert.deepEqual(
    bench.builder.removed.map(({ projectId, subdomain }) => [projectId, subdomain]),
    [[bench.projectId, 'default']],
  );
});

test('a project that goes for good is not restored', async (t) => {
  const bench = await openControlBench(t);
  await bench.call('deleteProject', { id: bench.projectId });
  await bench.call('deleteProject', { id: bench.projectId }, { query: { hard: true } });
  await untilGone('the project', () => bench.call('getProject', { id: bench.projectId }));
  await assert.rejects(bench.call('restoreProject', { id: bench.projectId }), refusedWith('resource_not_found'));
});

test('updateProject() renames and keeps the addresses; a taken name is refused', async (t) => {
  const bench = await openControlBench(t);
  await openBusyProject(bench);
  await bench.call('createProject', {}, { body: { name: 'shop', tags: ['a', 'b', 'a'] } });
  const rename = (name: string) => bench.call('updateProject', { id: bench.projectId }, { body: { name } });
  assert.equal((await rename('Main')).name, 'Main');
  assert.equal((await rename('Main')).name, 'Main');
  await assert.rejects(rename('shop'), refusedWith('name_taken'));
  await assert.rejects(rename('a/b'), refusedWith('invalid_field', /name/));
  await untilAnswers(bench, 200);
  const params = { project_id: bench.projectId };
  await bench.call('replaceProjectTags', params, { body: { tags: ['team:a', 'team:a', 'x'] } });
  assert.deepEqual(await bench.call('getProjectTags', params), { tags: ['team:a', 'x'] });
});
