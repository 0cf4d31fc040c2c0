/** Shares, tags and restarts through real HAProxy, over real processes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appFor, createEngineBed, revisionFor, startLoad, until, type EngineBed } from './testing/engine-bed.ts';

const QUICK = { stableMs: 800, panicMs: 200, zeroGraceMs: 200 };
const HELLO = { projectId: 'p1', appName: 'hello' };

function shared(one: number, two: number, options: Parameters<typeof revisionFor>[1] = {}) {
  const revisions = [revisionFor('hello-1', options), revisionFor('hello-2', options)];
  const traffic = [
    { revisionName: 'hello-1', percent: one },
    { revisionName: 'hello-2', percent: two },
  ];
  return { ...appFor('hello', ...revisions), traffic };
}

async function countAnswers(bed: EngineBed, requests: number, host = 'hello.test') {
  const counts = new Map<string, number>();
  let awakened = 0;
  for (let asked = 0; asked < requests; asked += 1) {
    const answer = await bed.call(host);
    assert.equal(answer.status, 200, answer.body);
    const revision = (JSON.parse(answer.body).instance as string).slice(0, 'hello-1'.length);
    counts.set(revision, (counts.get(revision) ?? 0) + 1);
    if (answer.headers['server-timing'] !== undefined) awakened += 1;
  }
  return { counts, awakened };
}

test('a revision that sleeps wakes when its share is drawn, and gets its share from the first request on', async (t) => {
  const bed = await createEngineBed(t, { network: '82.1' });
  await bed.engine.start({ projects: [], apps: [shared(70, 30)] });
  assert.equal(bed.machine.started, 0);
  const { awakened, counts } = await countAnswers(bed, 400);
  // 120 are expected; fewer than 65 or more than 175 come once in a hundred million runs.
  const second = counts.get('hello-2') ?? 0;
  assert.ok(second >= 65 && second <= 175, String(second));
  // One request woke each of them, or two: HAProxy and we may not be of one mind for a moment.
  assert.ok(awakened >= 2 && awakened <= 6, String(awakened));
  assert.equal(bed.machine.started, 2);
});

test('a revision with a share scales by its own load, keeps its hard limit, and goes back to sleep', async (t) => {
  const bed = await createEngineBed(t, { network: '82.2', parts: { scaleWindows: QUICK } });
  const limits = { scale: { concurrencyMax: 1, instancesMax: 3 }, env: { WORK_MS: '5' } };
  await bed.engine.start({ projects: [], apps: [shared(90, 10, limits)] });
  const answers = await Promise.all(Array.from({ length: 200 }, () => bed.call('hello.test')));
  assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [200], bed.log.join('\n'));
  const bodies = answers.map((answer) => JSON.parse(answer.body));
  assert.equal(Math.max(...bodies.map((body) => body.inFlightMost)), 1);
  const metrics = await bed.engine.observeMetrics();
  assert.deepEqual(metrics.map((one) => one.revisionName).toSorted(), ['hello-1', 'hello-2']);
  await until('both sleep', () => bed.machine.running.size === 0);
  assert.equal((await bed.call('hello.test')).status, 200);
});

test('a share of nothing gets no request and no instance, and a tag wakes its revision alone', async (t) => {
  const bed = await createEngineBed(t, { network: '82.3' });
  await bed.engine.start({ projects: [], apps: [shared(100, 0)] });
  assert.deepEqual([...(await countAnswers(bed, 100)).counts.keys()], ['hello-1']);
  const requests = async (name: string) =>
    (await bed.engine.observeMetrics()).find((one) => one.revisionName === name)?.requestsTotal;
  await until('the requests are counted', async () => (await requests('hello-1')) === 100);
  assert.equal(await requests('hello-2'), 0);
  const tags = [{ hosts: ['next--hello.test'], revisionName: 'hello-2' }];
  await bed.engine.applyApp({ ...shared(100, 0), tags });
  assert.deepEqual([...(await countAnswers(bed, 20, 'next--hello.test')).counts.keys()], ['hello-2']);
  assert.deepEqual([...(await countAnswers(bed, 50)).counts.keys()], ['hello-1']);
});

test('shares that change under load, and a daemon and a HAProxy that are replaced, fail no request', async (t) => {
  const bed = await createEngineBed(t, { network: '82.4' });
  await bed.engine.start({ projects: [], apps: [shared(100, 0)] });
  assert.equal((await bed.call('hello.test')).status, 200);
  const load = startLoad(bed, 'hello.test', { clients: 4, path: '/?ms=2' });
  for (const share of [10, 50, 90, 100, 0, 50]) {
    await bed.engine.applyApp(shared(100 - share, share));
    if (share > 0) await until(`${share} % arrive`, async () => (await countAnswers(bed, 30)).counts.has('hello-2'));
  }
  await bed.engine.stop();
  await bed.restart();
  await bed.engine.start({ projects: [], apps: [shared(50, 50)] });
  assert.deepEqual([...(await countAnswers(bed, 60)).counts.keys()].toSorted(), ['hello-1', 'hello-2']);
  const { answered, failures } = await load.end();
  assert.deepEqual(failures, [], bed.log.join('\n'));
  assert.ok(answered > 100);
  // A HAProxy that is replaced closes idle connections, and a client must be ready for that (RFC 9112, section 9.3.1).
  const fresh = startLoad(bed, 'hello.test', { clients: 4, path: '/?ms=2', isKeptAlive: false });
  await bed.engine.stop();
  await bed.restart({ slotCount: 9 });
  await bed.engine.start({ projects: [], apps: [shared(50, 50)] });
  await until('both answer', async () => (await countAnswers(bed, 60)).counts.size === 2);
  assert.deepEqual((await fresh.end()).failures, [], bed.log.join('\n'));
});

test('the share of a revision that dies goes to the other one until it is back', async (t) => {
  const bed = await createEngineBed(t, { network: '82.5' });
  await bed.engine.start({ projects: [], apps: [shared(50, 50)] });
  await until('both answer', async () => (await countAnswers(bed, 40)).counts.size === 2);
  const victim = [...bed.machine.running.values()].find(({ instance }) => instance.revisionName === 'hello-2');
  victim?.child.kill('SIGKILL');
  await until('the death is noticed', () => bed.events.some((event) => event.reason === 'BackOff'));
  assert.equal((await countAnswers(bed, 20)).counts.get('hello-1') !== undefined, true);
  await until('it is back', async () => (await countAnswers(bed, 20)).counts.has('hello-2'));
});

test('a revision that crashed once and sleeps since has its share when it is drawn', async (t) => {
  const bed = await createEngineBed(t, { network: '82.7', parts: { scaleWindows: QUICK } });
  const app = shared(50, 50);
  const revisions = app.revisions.map((revision) => ({ ...revision, standby: 'frozen' as const }));
  await bed.engine.start({ projects: [], apps: [{ ...app, revisions }] });
  await until('both answer', async () => (await countAnswers(bed, 40)).counts.size === 2);
  const victim = [...bed.machine.running.values()].find(({ instance }) => instance.revisionName === 'hello-2');
  victim?.child.kill('SIGKILL');
  await until('the death is noticed', () => bed.events.some((event) => event.reason === 'BackOff'));
  await until('it is back', async () => (await countAnswers(bed, 20)).counts.has('hello-2'));
  const asleep = async () => (await bed.engine.observeApp(HELLO))?.revisions.every(({ state }) => state === 'idle');
  await until('both sleep', async () => (await asleep()) === true);
  assert.equal((await countAnswers(bed, 40)).counts.size, 2);
});

test('a revision with a minimum that crashed once scales no further when nobody asks it', async (t) => {
  const bed = await createEngineBed(t, { network: '82.8', parts: { scaleWindows: QUICK } });
  const minimal = appFor('hello', revisionFor('hello-1', { scale: { instancesMin: 1 } }));
  await bed.engine.start({ projects: [], apps: [minimal, appFor('clock', revisionFor('clock-1'))] });
  await until('it answers', async () => (await bed.call('hello.test')).status === 200);
  for (const { child } of bed.machine.running.values()) child.kill('SIGKILL');
  await until('it is back', async () => {
    const seen = await bed.engine.observeApp(HELLO);
    return bed.machine.started === 2 && seen?.revisions[0]?.state === 'ready';
  });
  const scalings = () =>
    bed.events.filter(({ appName, reason }) => appName === 'hello' && reason.startsWith('Scaled')).length;
  const before = scalings();
  // Another app falls asleep twice meanwhile, each time by a look at both.
  for (let sleeps = 1; sleeps <= 2; sleeps += 1) {
    assert.equal((await bed.call('clock.test')).status, 200);
    const slept = () => bed.events.filter(({ appName, reason }) => appName === 'clock' && reason === 'ScaledDown');
    await until('the other one sleeps', () => slept().length === sleeps);
  }
  assert.equal(scalings(), before);
});

test('a restart under load replaces every instance and fails no request', async (t) => {
  const bed = await createEngineBed(t, { network: '82.6' });
  const app = appFor('hello', revisionFor('hello-1', { scale: { instancesMin: 3, instancesMax: 3 } }));
  await bed.engine.start({ projects: [], apps: [app] });
  const readyNames = async () =>
    (await bed.engine.observeApp(HELLO))?.instances.filter((one) => one.ready).map((one) => one.instanceName) ?? [];
  await until('three are ready', async () => (await readyNames()).length === 3);
  const before = await readyNames();
  const load = startLoad(bed, 'hello.test', { clients: 6, path: '/?ms=3' });
  await bed.engine.applyApp({ ...app, restart: { createdBefore: new Date().toISOString(), instanceNames: [] } });
  await until('three others are ready', async () => {
    const now = await readyNames();
    return now.length === 3 && now.every((name) => !before.includes(name));
  });
  const { failures } = await load.end();
  assert.deepEqual(failures, [], bed.log.join('\n'));
  assert.equal(bed.machine.started, 6);
});
