/** Every field of both probes, asked of real processes. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ProbeWorkload } from '@slipway/engine';
import { appFor, createEngineBed, revisionFor, until, type EngineBed } from './testing/engine-bed.ts';
import type { ProbeRecord } from './testing/probed-health.ts';

const HEALTH_PORT = 9001;
const HELLO = { projectId: 'p1', appName: 'hello' };
const HTTP: ProbeWorkload = {
  type: 'http',
  path: '/healthy?deep=1',
  port: HEALTH_PORT,
  intervalMs: 100,
  timeoutMs: 1_000,
  initialDelayMs: 0,
  failureThreshold: 1,
};

interface Probes {
  readonly readiness?: ProbeWorkload;
  readonly liveness?: ProbeWorkload;
}

function helloWith(probes: Probes, env: Record<string, string> = {}) {
  const health = { HEALTH_PORT: String(HEALTH_PORT), ...env };
  return appFor('hello', { ...revisionFor('hello-1', { scale: { instancesMin: 1 }, env: health }), ...probes });
}

/** Asks the health of a process, of the only one if none is named, past HAProxy. */
function health(bed: EngineBed, path: string, instanceName?: string): Promise<string> {
  const [first] = bed.machine.running.values();
  const running = instanceName === undefined ? first : bed.machine.running.get(instanceName);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  get({ host: running?.instance.address ?? '', port: HEALTH_PORT, path, agent: false }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    response.on('end', () => resolve(text));
  }).on('error', reject);
  return promise;
}

async function probesOf(bed: EngineBed): Promise<readonly ProbeRecord[]> {
  const text = await health(bed, '/probes').catch(() => '[]');
  return JSON.parse(text) as readonly ProbeRecord[];
}

async function isReady(bed: EngineBed): Promise<boolean> {
  const seen = await bed.engine.observeApp(HELLO);
  return seen?.instances.some((instance) => instance.ready) ?? false;
}

const hasHappened = (bed: EngineBed, reason: string) => bed.events.some((event) => event.reason === reason);

test('a readiness probe asks path and port, waits its delay, and an instance is ready when it is answered well', async (t) => {
  const bed = await createEngineBed(t, { network: '81.1' });
  const readiness = { ...HTTP, initialDelayMs: 400 };
  await bed.engine.start({ projects: [], apps: [helloWith({ readiness }, { HEALTH_STATUS: '503' })] });
  await until('it was asked', async () => (await probesOf(bed)).length > 3);
  assert.equal(await isReady(bed), false);
  const [first] = await probesOf(bed);
  assert.equal(first?.path, '/healthy?deep=1');
  // The delay counts from the start of the process, whose own clock begins a little later.
  assert.ok((first?.atMs ?? 0) > 100, String(first?.atMs));
  await health(bed, '/set?status=399');
  await until('it is ready', () => isReady(bed));
  assert.equal((await bed.call('hello.test')).status, 200);
});

test('a readiness probe may wait longer than a start may take', async (t) => {
  const bed = await createEngineBed(t, { network: '81.9', startDeadlineMs: 1_000 });
  const readiness = { ...HTTP, initialDelayMs: 1_200 };
  await bed.engine.start({ projects: [], apps: [helloWith({ readiness })] });
  await until('it is ready', () => isReady(bed));
  assert.equal(bed.machine.started, 1);
});

test('a readiness probe that fails takes an instance out of rotation, and requests wait until it is back', async (t) => {
  const bed = await createEngineBed(t, { network: '81.2' });
  await bed.engine.start({ projects: [], apps: [helloWith({ readiness: { ...HTTP, failureThreshold: 2 } })] });
  await until('it is ready', () => isReady(bed));
  const asked = (await probesOf(bed)).length;
  await health(bed, '/set?status=500');
  await until('it is out of rotation', async () => !(await isReady(bed)) && hasHappened(bed, 'Unready'));
  assert.ok((await probesOf(bed)).length >= asked + 2);
  const waiting = bed.call('hello.test');
  await health(bed, '/set?status=200');
  assert.equal((await waiting).status, 200);
  await until('it is ready again', () => isReady(bed));
  assert.equal(bed.machine.started, 1);
});

test('a new revision can be counted on when its minimum is ready, and not before', async (t) => {
  const bed = await createEngineBed(t, { network: '81.8' });
  const first = helloWith({});
  await bed.engine.start({ projects: [], apps: [first] });
  const env = { HEALTH_PORT: String(HEALTH_PORT), HEALTH_STATUS: '503' };
  const next = { ...revisionFor('hello-2', { scale: { instancesMin: 3 }, env }), readiness: HTTP };
  await bed.engine.applyApp({ ...first, revisions: [...first.revisions, next] });
  const started = () => [...bed.machine.running.keys()].filter((name) => name.startsWith('hello-2-'));
  await until('its minimum is started', () => started().length === 3);
  const seen = async () => {
    const observed = await bed.engine.observeApp(HELLO);
    return observed?.revisions.find(({ revisionName }) => revisionName === 'hello-2');
  };
  const makeReady = (name = '') =>
    until('its health answers', () =>
      health(bed, '/set?status=200', name).then(
        () => true,
        () => false,
      ),
    );
  const [one, two, three] = started();
  await Promise.all([makeReady(one), makeReady(two)]);
  await until('two are ready', async () => (await seen())?.instancesReady === 2);
  assert.equal((await seen())?.state, 'deploying');
  await makeReady(three);
  await until('it is ready', async () => (await seen())?.state === 'ready');
});

test('a readiness probe by TCP on another port waits for that port', async (t) => {
  const bed = await createEngineBed(t, { network: '81.3' });
  const readiness = { ...HTTP, type: 'tcp', port: HEALTH_PORT + 1 } as const;
  await bed.engine.start({ projects: [], apps: [helloWith({ readiness })] });
  await until('its own port is open', async () => /Listening on port 8080/.test(await logOf(bed)));
  assert.equal(await isReady(bed), false);
  await bed.engine.applyApp({
    ...helloWith({}),
    revisions: [{ ...revisionFor('hello-2', { env: { HEALTH_PORT: '9002' } }), readiness }],
    traffic: [{ revisionName: 'hello-2', percent: 100 }],
  });
  assert.equal((await bed.call('hello.test')).status, 200);
});

test('a liveness probe waits its interval, and fails by its timeout as often in a row as it may', async (t) => {
  const bed = await createEngineBed(t, { network: '81.4' });
  const liveness = { ...HTTP, intervalMs: 200, timeoutMs: 300, failureThreshold: 3 };
  await bed.engine.start({ projects: [], apps: [helloWith({ liveness })] });
  await until('it was asked a few times', async () => (await probesOf(bed)).length >= 3);
  const times = (await probesOf(bed)).map((probe) => probe.atMs);
  for (const [at, time] of times.entries()) if (at > 0) assert.ok(time - (times[at - 1] ?? 0) >= 150, times.join(' '));
  assert.equal(hasHappened(bed, 'Unhealthy'), false);
  await health(bed, '/set?ms=5000');
  await until('it is found unhealthy', () => hasHappened(bed, 'Unhealthy'));
  const unhealthy = bed.events.find((event) => event.reason === 'Unhealthy');
  assert.match(unhealthy?.message ?? '', /its liveness probe failed 3 times/);
  await until('another is started', () => bed.machine.started === 2);
});

test('a liveness probe by TCP notices a port that is closed, and its instance is told to end before it is killed', async (t) => {
  const bed = await createEngineBed(t, { network: '81.5' });
  const liveness = { ...HTTP, type: 'tcp' } as const;
  await bed.engine.start({ projects: [], apps: [helloWith({ liveness })] });
  await until('it is ready', () => isReady(bed));
  await health(bed, '/set?close');
  await until('another is started', () => bed.machine.started === 2);
  assert.match(await logOf(bed), /Told to end/);
  assert.ok(hasHappened(bed, 'Killing'));
});

test('a liveness probe that has not waited its delay fails nobody', async (t) => {
  const bed = await createEngineBed(t, { network: '81.6' });
  const liveness = { ...HTTP, initialDelayMs: 600_000 };
  await bed.engine.start({ projects: [], apps: [helloWith({ liveness }, { HEALTH_STATUS: '500' })] });
  await until('it is ready', () => isReady(bed));
  assert.equal((await bed.call('hello.test')).status, 200);
  assert.deepEqual(await probesOf(bed), []);
});

test('an instance that leaves is out of rotation first, then told to end, and killed when it does not', async (t) => {
  const bed = await createEngineBed(t, { network: '81.7' });
  const stubborn = { ...revisionFor('hello-1', { scale: { instancesMin: 1 } }), environment: { MODE: 'stubborn' } };
  await bed.engine.start({ projects: [], apps: [appFor('hello', stubborn)] });
  await until('it is ready', () => isReady(bed));
  const slow = bed.call('hello.test', { path: '/?ms=6000' });
  await until('the request is there', async () => (await bed.engine.observeMetrics())[0]?.requestsInFlight === 1);
  await bed.engine.applyApp(appFor('hello', revisionFor('hello-2', { scale: { instancesMin: 1 } })));
  await until('the next revision answers', async () => /hello-2-/.test((await bed.call('hello.test')).body));
  assert.doesNotMatch(await logOf(bed), /Told to end/);
  assert.equal((await slow).status, 200);
  await until('it is killed', () => [...bed.machine.running.keys()].every((name) => name.startsWith('hello-2-')));
  assert.match(await logOf(bed), /Told to end/);
});

async function logOf(bed: EngineBed): Promise<string> {
  const names = await readdir(bed.machine.logDir, { recursive: true });
  const texts = await Promise.all(
    names.map((name) => readFile(join(bed.machine.logDir, name), 'utf8').catch(() => '')),
  );
  return texts.join('');
}
