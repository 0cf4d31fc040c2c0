/** What is promised to nobody twice: real HAProxy and processes on a machine that is too small for all that is wanted. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { AppWorkload, ScaleBounds } from '@slipway/engine';
import { appFor, createEngineBed, revisionFor, startLoad, until, type EngineBed } from '../testing/engine-bed.ts';

const CPU = revisionFor('any').cpuMillis;

/** Room for so many instances. */
function openBed(t: TestContext, network: string, instances: number, startDeadlineMs = 20_000): Promise<EngineBed> {
  const capacity = { cpuMillis: instances * CPU, memoryBytes: 1e12 };
  return createEngineBed(t, { network, capacity, startDeadlineMs });
}

function app(name: string, scale: Partial<ScaleBounds> = {}, projectId = 'p1'): AppWorkload {
  return { ...appFor(name, revisionFor(`${name}-1`, { scale })), projectId };
}

async function seenOf(bed: EngineBed, { projectId, appName }: AppWorkload) {
  const seen = await bed.engine.observeApp({ projectId, appName });
  const [revision] = seen?.revisions ?? [];
  assert.ok(revision);
  return { ...revision, instances: seen?.instances ?? [] };
}

test('an idle app gives up its room to one that is asked', async (t) => {
  const bed = await openBed(t, '80.40', 1);
  await bed.engine.start({ projects: [], apps: [app('one'), app('two')] });
  for (const host of ['one.test', 'two.test', 'one.test', 'two.test']) {
    assert.equal((await bed.call(host)).status, 200, bed.log.join('\n'));
    assert.equal((await bed.engine.observeCapacity()).used.instances, 1);
  }
});

test('a request that waits for room in vain is answered with 503 and the bound', async (t) => {
  const bed = await openBed(t, '80.41', 1, 1_500);
  const busy = app('busy', { instancesMin: 1 });
  await bed.engine.start({ projects: [], apps: [busy, app('late')] });
  await until('the first app is ready', async () => (await seenOf(bed, busy)).instancesReady === 1);
  const answer = await bed.call('late.test', { headers: { accept: 'application/json' } });
  assert.equal(answer.status, 503);
  assert.match(answer.body, /\\"late\\" cannot start: no capacity: all vCPU of the platform is in use/);
  assert.equal((await bed.call('busy.test')).status, 200);
  await bed.engine.removeApp(busy);
  await until('the room is free', async () => (await bed.call('late.test')).status === 200);
});

test('a request for what can never fit is answered at once, with the sizes', async (t) => {
  const bed = await openBed(t, '80.42', 1);
  const large = app('large');
  const [revision] = large.revisions;
  assert.ok(revision);
  await bed.engine.start({ projects: [], apps: [{ ...large, revisions: [{ ...revision, cpuMillis: 4 * CPU }] }] });
  for (let turn = 0; turn < 2; turn += 1) {
    const answer = await bed.call('large.test');
    assert.equal(answer.status, 503);
    assert.match(answer.body, /no capacity: it needs 2 vCPU, the platform has 0\.5/);
  }
});

test('a minimum that does not fit is said, once, and nothing comes and goes', async (t) => {
  const bed = await openBed(t, '80.43', 2);
  const wide = app('wide', { instancesMin: 4 });
  await bed.engine.start({ projects: [], apps: [] });
  await bed.engine.applyApp(wide);
  await until('what fits is ready', async () => (await seenOf(bed, wide)).instancesReady === 2);
  const before = await seenOf(bed, wide);
  assert.equal(before.state, 'ready');
  assert.equal(before.fault, 'no_capacity');
  assert.match(before.message ?? '', /all vCPU of the platform is in use/);
  const load = startLoad(bed, 'wide.test', { clients: 4 });
  const startedBefore = bed.machine.started;
  await until('requests flow', async () => (await bed.call('wide.test')).status === 200);
  assert.deepEqual((await load.end()).failures, []);
  const after = await seenOf(bed, wide);
  const names = (seen: typeof after) => seen.instances.map(({ instanceName }) => instanceName).toSorted();
  assert.deepEqual(names(after), names(before));
  assert.equal(bed.machine.started, startedBefore);
  assert.equal(bed.events.filter(({ reason }) => reason === 'FailedScheduling').length, 1);
});

test('under load no more run than fit, and no request fails', async (t) => {
  const bed = await openBed(t, '80.44', 3);
  const hot = app('hot', { concurrencyMax: 1 });
  await bed.engine.start({ projects: [], apps: [hot] });
  const load = startLoad(bed, 'hot.test', { clients: 12, path: '/?ms=5' });
  await until('all that fits is ready', async () => (await seenOf(bed, hot)).instancesReady === 3);
  await until('more is wanted', async () => (await bed.engine.observeCapacity()).waiting > 0);
  assert.equal(bed.machine.running.size, 3);
  assert.deepEqual((await load.end()).failures, []);
  assert.equal(bed.machine.started, 3);
});

test('a declared minimum gets its room although another project wants all of it', async (t) => {
  const bed = await openBed(t, '80.45', 2);
  const hot = app('hot', { concurrencyMax: 1 }, 'greedy');
  const calm = app('calm', { instancesMin: 1 }, 'modest');
  await bed.engine.start({ projects: [], apps: [hot] });
  const load = startLoad(bed, 'hot.test', { clients: 8, path: '/?ms=5' });
  await until('one project has all', async () => (await seenOf(bed, hot)).instancesReady === 2);
  await bed.engine.applyApp(calm);
  await until('the other one waits', async () => (await seenOf(bed, calm)).fault === 'no_capacity');
  const crashed = await bed.call('hot.test', { path: '/crash' }).catch(() => undefined);
  assert.notEqual(crashed?.status, 200);
  await until('the other one has its minimum', async () => (await seenOf(bed, calm)).instancesReady === 1);
  await load.end();
  assert.equal((await bed.call('calm.test')).status, 200);
  const { projects } = await bed.engine.observeCapacity();
  assert.equal(projects.get('modest')?.instances, 1);
});

test('a new daemon counts what it finds running', async (t) => {
  const bed = await openBed(t, '80.46', 1, 1_500);
  const one = app('one', { instancesMin: 1 });
  await bed.engine.start({ projects: [], apps: [one] });
  await until('it is ready', async () => (await seenOf(bed, one)).instancesReady === 1);
  await bed.engine.stop();
  await bed.restart();
  await bed.engine.start({ projects: [], apps: [one, app('two')] });
  assert.equal((await bed.engine.observeCapacity()).used.instances, 1);
  assert.equal((await bed.call('two.test')).status, 503);
  assert.equal((await bed.call('one.test')).status, 200);
  assert.equal(bed.machine.started, 1);
});

test('reserve() holds room for a build, which waits for its turn like an instance', async (t) => {
  const bed = await openBed(t, '80.47', 1, 1_500);
  await bed.engine.start({ projects: [], apps: [app('one')] });
  const size = { instances: 1, cpuMillis: CPU, memoryBytes: 1, ephemeralStorageBytes: 1 };
  const free = await bed.engine.reserve(
    { id: 'build/p1/run', projectId: 'p1', size },
    { signal: new AbortController().signal },
  );
  assert.equal((await bed.call('one.test')).status, 503);
  free();
  await until('the app has the room', async () => (await bed.call('one.test')).status === 200);
  const giveUp = new AbortController();
  const waiting = bed.engine.reserve({ id: 'build/p1/next', projectId: 'p1', size }, { signal: giveUp.signal });
  giveUp.abort(new Error('cancelled'));
  await assert.rejects(waiting, /cancelled/);
});

test('an app that fills its room can be changed: what idles makes room for the next revision', async (t) => {
  const bed = await openBed(t, '80.48', 1);
  const first = app('web', { instancesMin: 1 });
  await bed.engine.start({ projects: [], apps: [first] });
  await until('it is ready', async () => (await seenOf(bed, first)).instancesReady === 1);
  const revisions = [...first.revisions, revisionFor('web-2', { scale: { instancesMin: 1 } })];
  await bed.engine.applyApp({ ...first, revisions });
  await until('the next revision is ready', async () => {
    const seen = await bed.engine.observeApp(first);
    return seen?.revisions.find(({ revisionName }) => revisionName === 'web-2')?.state === 'ready';
  });
  const traffic = [{ revisionName: 'web-2', percent: 100 }];
  await bed.engine.applyApp({ ...first, revisions: revisions.slice(1), traffic });
  assert.equal((await bed.call('web.test')).status, 200);
  await until('it has its minimum', async () => (await seenOf(bed, first)).instancesReady === 1);
  assert.equal((await bed.engine.observeCapacity()).used.instances, 1);
});

test('a new revision needs no minimum that has no room beside the one that has the requests', async (t) => {
  const bed = await openBed(t, '80.49', 3);
  const first = app('web', { instancesMin: 2, concurrencyMax: 1 });
  await bed.engine.start({ projects: [], apps: [first] });
  await until('it is ready', async () => (await seenOf(bed, first)).instancesReady === 2);
  const load = startLoad(bed, 'web.test', { clients: 2, path: '/?ms=5' });
  const revisions = [...first.revisions, revisionFor('web-2', { scale: { instancesMin: 2 } })];
  await bed.engine.applyApp({ ...first, revisions });
  await until('the next revision is ready with what fits', async () => {
    const seen = (await bed.engine.observeApp(first))?.revisions.find(({ revisionName }) => revisionName === 'web-2');
    return seen?.state === 'ready' && seen.instancesReady === 1;
  });
  const traffic = [{ revisionName: 'web-2', percent: 100 }];
  await bed.engine.applyApp({ ...first, revisions: revisions.slice(1), traffic });
  await until('it has its minimum', async () => (await seenOf(bed, first)).instancesReady === 2);
  assert.deepEqual((await load.end()).failures, []);
});
