/**
 * The control plane dies between any two steps: after every single write to the store and every single call of the
 * engine in turn. A new one over what is left must finish what was acknowledged, and keep names usable for the rest.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openControlBench, until, untilApp, untilGone, uploadSource, type ControlBench } from './control-bench.ts';

/** More than the steps of each story, so that the last rounds are without a death. */
const STEPS_MAX = 20;
/** The shortest story, a soft deletion, has as many: the mark, the app, the status. */
const EARLY_STEPS = 3;

/** Each acts, dies, starts anew, and checks; true when it really died under way. */
const STORIES: Readonly<Record<string, (bench: ControlBench) => Promise<boolean>>> = {
  async create(bench) {
    const params = { project_id: bench.projectId };
    const body = { name: 'web', image_reference: 'fake/good' };
    const isAcknowledged = await wasDone(bench.call('createApp', params, { body }));
    const hasDied = await bench.died();
    await bench.restart();
    if (!isAcknowledged) await wasDone(bench.call('createApp', params, { body }));
    await untilApp(bench, 'web', 'ready');
    await until('requests are answered', async () =>
      bench.machine.request('web.default.localhost').status === 200 ? true : undefined,
    );
    return hasDied;
  },
  async update(bench) {
    const params = { project_id: bench.projectId, name: 'web' };
    const update = () => bench.call('updateApp', params, { body: { scale_min_instances: 1 }, ifMatch: '*' });
    const isAcknowledged = await wasDone(update());
    const hasDied = await bench.died();
    await bench.restart();
    if (!isAcknowledged) await update();
    await untilApp(bench, 'web', 'ready');
    await until('the new revision answers', async () =>
      (await bench.machine.request('web.default.localhost').text()) === 'web-00002' ? true : undefined,
    );
    return hasDied;
  },
  async bind(bench) {
    const project = { project_id: bench.projectId };
    const access = { service_instance: { id: '1' } };
    const secret = { name: 'cos', format: 'service_access', service_access: access, data: { key: 'v' } } as const;
    const component = { name: 'web', resource_type: 'app_v2' };
    const bind = async () => {
      await wasDone(bench.call('createSecret', project, { body: secret }));
      await bench.call('createBinding', project, { body: { component, prefix: 'COS', secret_name: 'cos' } });
    };
    const isAcknowledged = await wasDone(bind());
    const hasDied = await bench.died();
    await bench.restart();
    if (!isAcknowledged) await wasDone(bind());
    await until('the credentials are given', async () => {
      const workload = bench.machine.workload({ projectId: bench.projectId, appName: 'web' });
      return workload?.revisions.some(({ environment }) => environment['COS_KEY'] === 'v') ? true : undefined;
    });
    return hasDied;
  },
  async 'soft delete'(bench) {
    const params = { id: bench.projectId };
    const isAcknowledged = await wasDone(bench.call('deleteProject', params));
    const hasDied = await bench.died();
    await bench.restart();
    if (!isAcknowledged) await bench.call('deleteProject', params);
    await untilProject(bench, 'soft_deleted');
    assert.deepEqual(bench.machine.appKeys(), []);
    await bench.call('restoreProject', params);
    await untilProject(bench, 'active');
    await untilApp(bench, 'web', 'ready');
    return hasDied;
  },
  async restore(bench) {
    const params = { id: bench.projectId };
    const isAcknowledged = await wasDone(bench.call('restoreProject', params));
    const hasDied = await bench.died();
    await bench.restart();
    if (!isAcknowledged) await bench.call('restoreProject', params);
    await untilProject(bench, 'active');
    await untilApp(bench, 'web', 'ready');
    await until('requests are answered', async () =>
      bench.machine.request('web.default.localhost').status === 200 ? true : undefined,
    );
    return hasDied;
  },
  async delete(bench) {
    const params = { project_id: bench.projectId, name: 'web' };
    const isAcknowledged = await wasDone(bench.call('deleteApp', params));
    const hasDied = await bench.died();
    await bench.restart();
    if (!isAcknowledged) await wasDone(bench.call('deleteApp', params));
    await untilGone('the app', () => bench.call('getApp', params));
    await until('nothing is left', async () => {
      const rows = await bench.store.count({ kind: 'app_revision', projectId: bench.projectId });
      return rows === 0 && bench.machine.appKeys().length === 0 ? true : undefined;
    });
    return hasDied;
  },
};

function untilProject(bench: ControlBench, status: string): Promise<true> {
  return until(`the project is ${status}`, async () => {
    const project = await bench.call('getProject', { id: bench.projectId });
    return project.status === status ? true : undefined;
  });
}

async function wasDone(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

for (const [name, story] of Object.entries(STORIES)) {
  test(`death after any step of ${name} loses nothing that was acknowledged`, async (t) => {
    const bench = await openControlBench(t);
    const deaths: boolean[] = [];
    for (let steps = 0; steps < STEPS_MAX; steps += 1) {
      const params = { project_id: bench.projectId };
      if (name !== 'create') {
        await bench.call('createApp', params, { body: { name: 'web', image_reference: 'fake/good' } });
        await untilApp(bench, 'web', 'ready');
        const key = { projectId: bench.projectId, appName: 'web' };
        await until('traffic', async () => (bench.machine.workload(key)?.traffic.length === 1 ? true : undefined));
      }
      if (name === 'restore') {
        await bench.call('deleteProject', { id: bench.projectId });
        await untilProject(bench, 'soft_deleted');
      }
      bench.dieAfter(steps);
      deaths.push(await story(bench));
      if (name === 'delete') continue;
      await bench.call('deleteApp', { ...params, name: 'web' });
      await untilGone('the app', () => bench.call('getApp', { ...params, name: 'web' }));
    }
    // The test has seen something: early deaths there were, and the last rounds went through alive.
    assert.ok(deaths.slice(0, EARLY_STEPS).every((hasDied) => hasDied));
    assert.equal(deaths.at(-1), false);
  });
}

test('an acknowledged build run ends although the control plane dies after any step', async (t) => {
  const bench = await openControlBench(t);
  const params = { project_id: bench.projectId };
  const source_url = await uploadSource(bench, 'source');
  for (let steps = 0; steps < STEPS_MAX / 2; steps += 1) {
    const name = `run-${steps}`;
    bench.dieAfter(steps);
    const isAcknowledged = await wasDone(bench.call('createBuildRun', params, { body: { name, source_url } }));
    await bench.died();
    await bench.restart();
    if (!isAcknowledged) await wasDone(bench.call('createBuildRun', params, { body: { name, source_url } }));
    const run = await until('the run ends', async () => {
      const seen = await bench.call('getBuildRun', { ...params, name });
      return seen.status === 'succeeded' ? seen : undefined;
    });
    assert.ok(run.status_details?.output_digest);
  }
});

test('a project that is deleted for good is gone although the control plane dies after any step', async (t) => {
  const deaths: boolean[] = [];
  for (let steps = 0; steps < STEPS_MAX; steps += 1) {
    const bench = await openControlBench(t);
    const params = { project_id: bench.projectId };
    await bench.call('createApp', params, { body: { name: 'web', image_reference: 'fake/good' } });
    await untilApp(bench, 'web', 'ready');
    bench.dieAfter(steps);
    const remove = () => bench.call('deleteProject', { id: bench.projectId }, { query: { hard: true } });
    const isAcknowledged = await wasDone(remove());
    deaths.push(await bench.died());
    await bench.restart();
    if (!isAcknowledged) await remove();
    await untilGone('the project', () => bench.call('getProject', { id: bench.projectId }));
    assert.equal(await bench.store.count({ kind: 'app_revision', projectId: bench.projectId }), 0);
    assert.ok(!bench.machine.projects.has(bench.projectId));
  }
  assert.ok(deaths[0]);
  assert.equal(deaths.at(-1), false);
});
