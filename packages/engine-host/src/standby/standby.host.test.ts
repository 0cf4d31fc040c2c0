/** What sleeps and stands by, through real HAProxy: woken from it, never counted, given up in order, found again. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import type { AppWorkload, RevisionMetrics, RevisionWorkload, StandbyMode } from '@slipway/engine';
import { appFor, createEngineBed, revisionFor, until, type BedOptions, type EngineBed } from '../testing/engine-bed.ts';
import { proxyPathsFor } from '../proxy/haproxy-config.ts';
import { createHaproxyControl } from '../proxy/haproxy-control.ts';
import { parseServersState } from '../proxy/haproxy-output.ts';
import type { MemoryState } from './memory-pressure.ts';
import { createProcessMachine, ProcessRuntime, SANDBOX_BYTES } from '../testing/process-runtime.ts';

/** Asleep a moment after the last request. */
const SOON = { stableMs: 200, panicMs: 50, zeroGraceMs: 50 };
const FROZEN_BYTES = 50_000_000;

async function openBed(t: TestContext, options: Omit<BedOptions, 'network'> = {}): Promise<EngineBed> {
  const bed = await createEngineBed(t, {
    network: '80.120',
    ...options,
    parts: { scaleWindows: SOON, ...options.parts },
  });
  await bed.engine.start({ projects: [], apps: [] });
  return bed;
}

function appWith(name: string, standby: StandbyMode, change: Partial<RevisionWorkload> = {}): AppWorkload {
  return appFor(name, { ...revisionFor(`${name}-00001`), standby, ...change });
}

async function metricsOf(bed: EngineBed, appName: string): Promise<RevisionMetrics | undefined> {
  return (await bed.engine.observeMetrics()).find((seen) => seen.appName === appName);
}

async function untilStandingBy(bed: EngineBed, appName: string, tier: 'frozen' | 'created' | 'none'): Promise<void> {
  await until(`${appName} stands by ${tier}`, async () => {
    const seen = await metricsOf(bed, appName);
    const counts = [seen?.instancesRequested, seen?.instancesFrozen, seen?.sandboxesWaiting];
    return String(counts) === String([0, tier === 'frozen' ? 1 : 0, tier === 'created' ? 1 : 0]);
  });
}

async function instanceOf(bed: EngineBed, host: string): Promise<string> {
  const { status, body } = await bed.call(host);
  assert.equal(status, 200, body);
  return (JSON.parse(body) as { instance: string }).instance;
}

test('an idle instance is frozen, is no instance for anybody, and answers the next request', async (t) => {
  const bed = await openBed(t);
  const app = appWith('web', 'frozen');
  await bed.engine.applyApp(app);
  const name = await instanceOf(bed, 'web.test');
  await untilStandingBy(bed, 'web', 'frozen');
  const seen = await bed.engine.observeApp(app);
  assert.deepEqual([seen?.instances, seen?.revisions[0]?.state], [[], 'idle']);
  assert.equal((await bed.engine.observeCapacity()).used.instances, 0);
  const [slept] = await bed.engine.observeRuns();
  assert.ok(slept?.endedAt !== undefined, 'it is not paid for');

  const answer = await bed.call('web.test');
  assert.equal((JSON.parse(answer.body) as { instance: string }).instance, name);
  assert.match(
    String(answer.headers['server-timing']),
    /^wake;dur=[\d.]+;desc="frozen", queue;dur=[\d.]+, image;dur=0.0/,
  );
  assert.equal((await bed.engine.observeCapacity()).used.instances, 1);
  const runs = await bed.engine.observeRuns();
  const resumed = runs.find(({ endedAt }) => endedAt === undefined);
  assert.equal(resumed?.runId, slept.runId);
  assert.ok((resumed?.startedAt ?? '') >= (slept.endedAt ?? ''), 'it is paid for from then on');
  assert.equal((await bed.engine.observeApp(app))?.instances[0]?.instanceName, name);
  assert.equal(bed.machine.started, 1);
});

test('an app that is not to be frozen wakes from a sandbox, and tells where the time went', async (t) => {
  const bed = await openBed(t);
  await bed.engine.applyApp(appWith('web', 'created'));
  const first = await bed.call('web.test');
  assert.match(String(first.headers['server-timing']), /desc="nothing"/);
  await untilStandingBy(bed, 'web', 'created');
  const [name] = [...bed.machine.prepared.keys()];
  const answer = await bed.call('web.test');
  assert.equal((JSON.parse(answer.body) as { instance: string }).instance, name);
  assert.match(String(answer.headers['server-timing']), /^wake;dur=[\d.]+;desc="created", queue;dur=/);
  const told =
    /takes requests in [\d.]+ ms from a created sandbox \(queue [\d.]+, image [\d.]+, sandbox [\d.]+, process /;
  await until('the event', () => bed.events.some(({ reason, message }) => reason === 'Ready' && told.test(message)));
  const tiers = (await metricsOf(bed, 'web'))?.starts.map(({ tier, count }) => `${count} ${tier}`);
  assert.deepEqual(tiers, ['1 nothing', '1 created']);
  await untilStandingBy(bed, 'web', 'created');
});

test('an app that wants nothing to stand by has nothing, and so has a platform without memory for it', async (t) => {
  const bed = await openBed(t, { standbyMemoryBytes: 0 });
  for (const [name, standby] of [
    ['web', 'frozen'],
    ['api', 'none'],
  ] as const) {
    await bed.engine.applyApp(appWith(name, standby));
    await instanceOf(bed, `${name}.test`);
  }
  await until('both are gone', () => bed.machine.running.size === 0);
  assert.deepEqual([...bed.machine.prepared.keys()], []);
});

test('the longest unused gives up first: its instance ends, and a sandbox waits for it as far as there is room', async (t) => {
  const bed = await openBed(t, { standbyMemoryBytes: FROZEN_BYTES + SANDBOX_BYTES * 2 });
  await bed.engine.applyApp(appWith('old', 'frozen'));
  await bed.engine.applyApp(appWith('new', 'frozen'));
  await instanceOf(bed, 'old.test');
  await untilStandingBy(bed, 'old', 'frozen');
  await instanceOf(bed, 'new.test');
  await untilStandingBy(bed, 'new', 'frozen');
  await untilStandingBy(bed, 'old', 'created');
  const observe = () => bed.engine.observeApp({ projectId: 'p1', appName: 'old' });
  await until('it has ended', async () => (await observe())?.instances.length === 1);
  const seen = await observe();
  assert.deepEqual(
    seen?.instances.map(({ state, reason, exitCode }) => ({ state, reason, exitCode })),
    [{ state: 'succeeded', reason: 'scaled_down', exitCode: 0 }],
  );
});

test('a machine that is short of memory gets back what stands by', async (t) => {
  let memory: MemoryState = 'low';
  const bed = await openBed(t, { parts: { memoryState: () => memory } });
  for (const [name, standby] of [
    ['web', 'frozen'],
    ['api', 'created'],
  ] as const) {
    await bed.engine.applyApp(appWith(name, standby));
    await instanceOf(bed, `${name}.test`);
    await untilStandingBy(bed, name, standby);
  }
  memory = 'short';
  await untilStandingBy(bed, 'web', 'none');
  await untilStandingBy(bed, 'api', 'none');
});

test('instances that run get the room of what stands by', async (t) => {
  const size = revisionFor('x').memoryBytes;
  const bed = await openBed(t, { capacity: { cpuMillis: 1e6, memoryBytes: size + SANDBOX_BYTES * 2 } });
  await bed.engine.applyApp(appWith('web', 'frozen'));
  await instanceOf(bed, 'web.test');
  await untilStandingBy(bed, 'web', 'frozen');
  await bed.engine.applyApp(appWith('busy', 'frozen', { scale: { ...revisionFor('x').scale, instancesMin: 1 } }));
  await untilStandingBy(bed, 'web', 'created');
  await instanceOf(bed, 'busy.test');
});

test('a thawed instance keeps its limit of requests at once', async (t) => {
  const bed = await openBed(t);
  const scale = { ...revisionFor('x').scale, concurrencyMax: 1, instancesMax: 1 };
  await bed.engine.applyApp(appWith('web', 'frozen', { scale }));
  await instanceOf(bed, 'web.test');
  await untilStandingBy(bed, 'web', 'frozen');
  const answers = await Promise.all(Array.from({ length: 40 }, () => bed.call('web.test', { path: '/?ms=5' })));
  const most = answers.map(({ body }) => (JSON.parse(body) as { inFlightMost: number }).inFlightMost);
  assert.deepEqual([...new Set(most)], [1]);
});

test('clients that keep their connections open are answered across a sleep', async (t) => {
  const { Agent } = await import('node:http');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const bed = await openBed(t);
  await bed.engine.applyApp(appWith('web', 'frozen'));
  for (let sleeps = 0; sleeps < 3; sleeps += 1) {
    assert.equal((await bed.call('web.test', { agent })).status, 200);
    await untilStandingBy(bed, 'web', 'frozen');
  }
  assert.equal(bed.machine.started, 1);
});

test('a new revision, and the end of the app, leave nothing of the old one standing by', async (t) => {
  const bed = await openBed(t);
  await bed.engine.applyApp(appWith('web', 'frozen'));
  await instanceOf(bed, 'web.test');
  await untilStandingBy(bed, 'web', 'frozen');
  const [old] = [...bed.machine.frozen.keys()];
  const next = { ...revisionFor('web-00002'), standby: 'created' as const };
  await bed.engine.applyApp(appFor('web', next));
  await until('the old one is gone', () => !bed.machine.running.has(old ?? ''));
  assert.match(await instanceOf(bed, 'web.test'), /^web-00002-/);
  await untilStandingBy(bed, 'web', 'created');
  await bed.engine.removeApp({ projectId: 'p1', appName: 'web' });
  await until('nothing is left', () => bed.machine.running.size + bed.machine.prepared.size === 0);
});

function restarted(app: AppWorkload): AppWorkload {
  return { ...app, restart: { createdBefore: new Date().toISOString(), instanceNames: [] } };
}

test('a restart ends what stands by, and a new instance with the newest files answers the next request', async (t) => {
  const bed = await openBed(t);
  const project = (value: string) => ({
    projectId: 'p1',
    subdomain: 'p1',
    volumes: [{ volumeName: 'settings', files: { value } }],
  });
  const mounts = [{ volumeName: 'settings', path: '/etc/web' }];
  const read = async (host: string) => (await bed.call(host, { path: '/file?path=/etc/web/value' })).body;
  await bed.engine.applyProject(project('first'));
  const apps = {
    frozen: appWith('web', 'frozen', { mounts }),
    created: appWith('api', 'created', { mounts }),
  } as const;
  for (const app of Object.values(apps)) {
    await bed.engine.applyApp(app);
    await instanceOf(bed, `${app.appName}.test`);
  }
  await untilStandingBy(bed, 'web', 'frozen');
  await untilStandingBy(bed, 'api', 'created');
  const stoodBy = [...bed.machine.frozen.keys(), ...bed.machine.prepared.keys()];
  assert.equal(stoodBy.length, 2);
  await bed.engine.applyProject(project('second'));
  assert.equal(await read('web.test'), 'second', 'a thawed instance sees what changed while it slept');
  await untilStandingBy(bed, 'web', 'frozen');
  assert.deepEqual([...bed.machine.frozen.keys()], stoodBy.slice(0, 1));

  const before = bed.machine.started;
  for (const app of Object.values(apps)) await bed.engine.applyApp(restarted(app));
  for (const { appName } of Object.values(apps)) {
    const name = await instanceOf(bed, `${appName}.test`);
    assert.ok(!stoodBy.includes(name), name);
    assert.equal(await read(`${appName}.test`), 'second');
  }
  await until('the old ones are gone', () => !stoodBy.some((name) => bed.machine.running.has(name)));
  assert.equal(bed.machine.started, before + 2);
});

test('a restart that is declared again, or while no daemon runs, ends what is older than it and nothing else', async (t) => {
  const bed = await openBed(t);
  const app = appWith('web', 'frozen');
  await bed.engine.applyApp(app);
  const first = await instanceOf(bed, 'web.test');
  await untilStandingBy(bed, 'web', 'frozen');
  await bed.engine.stop();
  const engine = await bed.restart();
  const order = restarted(app);
  await engine.start({ projects: [], apps: [order] });
  const second = await instanceOf(bed, 'web.test');
  assert.notEqual(second, first);
  await until('the old one is gone', () => !bed.machine.running.has(first));
  await untilStandingBy(bed, 'web', 'frozen');
  await engine.applyApp(order);
  assert.equal(await instanceOf(bed, 'web.test'), second);
});

/** Freezes when the test says so. */
class SlowRuntime extends ProcessRuntime {
  readonly asked = Promise.withResolvers<void>();
  readonly allowed = Promise.withResolvers<void>();

  override async freeze(instanceName: string): Promise<number> {
    this.asked.resolve();
    await this.allowed.promise;
    return await super.freeze(instanceName);
  }
}

test('an instance that is being frozen when its app is restarted ends', async (t) => {
  const machine = createProcessMachine('80.121');
  const runtime = new SlowRuntime(machine);
  const bed = await openBed(t, { parts: { runtime } });
  t.after(() => rm(machine.logDir, { recursive: true, force: true }));
  const app = appWith('web', 'frozen');
  await bed.engine.applyApp(app);
  const first = await instanceOf(bed, 'web.test');
  await runtime.asked.promise;
  await bed.engine.applyApp(restarted(app));
  runtime.allowed.resolve();
  await until('it has ended', () => !machine.running.has(first));
  assert.notEqual(await instanceOf(bed, 'web.test'), first);
});

test('a sandbox or a frozen instance that dies is noticed, and the app still wakes', async (t) => {
  const bed = await openBed(t);
  await bed.engine.applyApp(appWith('web', 'frozen'));
  const name = await instanceOf(bed, 'web.test');
  await untilStandingBy(bed, 'web', 'frozen');
  bed.machine.running.get(name)?.child.kill('SIGKILL');
  await untilStandingBy(bed, 'web', 'created');
  const [sandbox = ''] = [...bed.machine.prepared.keys()];
  bed.machine.prepared.delete(sandbox);
  const end = {
    projectId: 'p1',
    appName: 'web',
    instanceName: sandbox,
    exitCode: 137,
    reason: 'killed',
    completedAt: '',
  } as const;
  for (const listener of bed.machine.listeners) listener(end);
  await until('another one waits', () => bed.machine.prepared.size === 1);
  await instanceOf(bed, 'web.test');
});

test('a frozen instance that does not go on leaves HAProxy and ends, and its request gets a new one', async (t) => {
  const bed = await openBed(t);
  await bed.engine.applyApp(appWith('web', 'frozen'));
  const name = await instanceOf(bed, 'web.test');
  await untilStandingBy(bed, 'web', 'frozen');
  bed.machine.thawsRefused = 1;
  const next = await instanceOf(bed, 'web.test');
  assert.notEqual(next, name);
  await until('it has ended', () => bed.machine.running.size === 1);
  const control = createHaproxyControl(proxyPathsFor(bed.config.runDir).controlSocket);
  t.after(() => control.close());
  const servers = parseServersState(await control.ask('show servers state')).map(({ server }) => server);
  assert.deepEqual(servers, [next]);
});

test('a frozen instance ends when too many apps are awake for it to be woken', async (t) => {
  const bed = await openBed(t, { slotCount: 1 });
  await bed.engine.applyApp(appWith('web', 'frozen'));
  await instanceOf(bed, 'web.test');
  await untilStandingBy(bed, 'web', 'frozen');
  const { scale } = revisionFor('api-00001', { scale: { instancesMin: 1 } });
  await bed.engine.applyApp(appWith('api', 'none', { scale }));
  const awake = await instanceOf(bed, 'api.test');
  const refused = await bed.call('web.test');
  assert.equal(refused.status, 503);
  assert.match(refused.body, /too many apps are awake/);
  await until('it has ended', () => String([...bed.machine.running.keys()]) === awake);
});

test('a new daemon takes over what is frozen, makes its own sandboxes, and ends what is not wanted', async (t) => {
  const bed = await openBed(t);
  const apps = [appWith('web', 'frozen'), appWith('api', 'created'), appWith('gone', 'frozen')];
  for (const app of apps) {
    await bed.engine.applyApp(app);
    await instanceOf(bed, `${app.appName}.test`);
  }
  await untilStandingBy(bed, 'web', 'frozen');
  await untilStandingBy(bed, 'gone', 'frozen');
  await untilStandingBy(bed, 'api', 'created');
  const frozen = [...bed.machine.frozen.keys()].find((name) => name.startsWith('web-'));
  await bed.engine.stop();
  const engine = await bed.restart();
  await engine.start({ projects: [], apps: apps.slice(0, 2) });
  await untilStandingBy(bed, 'web', 'frozen');
  await untilStandingBy(bed, 'api', 'created');
  assert.deepEqual([...bed.machine.running.keys()], [frozen]);
  assert.deepEqual(await engine.observeRuns(), []);
  assert.equal(await instanceOf(bed, 'web.test'), frozen);
});
