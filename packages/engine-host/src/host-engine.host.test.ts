import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { runProcess } from '@slipway/process';
import { HOP_HEADER } from './proxy/haproxy-config.ts';
import { appFor, createEngineBed, revisionFor, startLoad, until, type EngineBed } from './testing/engine-bed.ts';

/** Scales to zero a second after the last request, and calms down as fast. */
const QUICK = { stableMs: 800, panicMs: 200, zeroGraceMs: 200 };
const HELLO = { projectId: 'p1', appName: 'hello' };

async function readyCount(bed: EngineBed, appName = 'hello'): Promise<number> {
  const seen = await bed.engine.observeApp({ projectId: 'p1', appName });
  return seen?.revisions.reduce((sum, revision) => sum + revision.instancesReady, 0) ?? 0;
}

test('a host that leads to no app is answered with 404', async (t) => {
  const bed = await createEngineBed(t, { network: '80.1' });
  await bed.engine.start({ projects: [], apps: [] });
  const plain = await bed.call('nobody.test');
  assert.equal(plain.status, 404);
  assert.equal(plain.body, 'Cannot find an app for "nobody.test"; see: slipway app list\n');
  const json = await bed.call('nobody.test:80', { headers: { accept: 'application/json' } });
  assert.equal(JSON.parse(json.body).errors[0].code, 'host_unknown');
});

test('a sleeping app wakes for a request, serves through HAProxy alone, and sleeps again', async (t) => {
  const bed = await createEngineBed(t, { network: '80.2', parts: { scaleWindows: QUICK } });
  await bed.engine.start({ projects: [], apps: [appFor('hello', revisionFor('hello-1'))] });
  assert.equal((await bed.engine.observeApp(HELLO))?.revisions[0]?.state, 'idle');

  const headers = { 'x-forwarded-for': '6.6.6.6', forwarded: 'for=6.6.6.6', [HOP_HEADER]: '9' };
  const first = await bed.call('HELLO.test:1234', { method: 'POST', body: 'ahoy', path: '/a?b=c', headers });
  assert.equal(first.status, 200, bed.log.join('\n'));
  const seen = JSON.parse(first.body);
  assert.equal(seen.body, 'ahoy');
  assert.equal(seen.url, '/a?b=c');
  assert.equal(seen.headers['x-forwarded-for'], '127.0.0.1');
  assert.deepEqual([seen.headers['host'], seen.headers['x-forwarded-host']], ['HELLO.test:1234', undefined]);
  assert.equal(seen.headers['forwarded'], undefined);
  assert.equal(seen.headers[HOP_HEADER], undefined);
  assert.match(seen.headers['x-request-id'], /^[0-9a-f]{16}-\d+$/);
  assert.match(first.headers['server-timing']?.toString() ?? '', /^wake;dur=/);

  const second = await bed.call('hello.test');
  assert.equal(second.status, 200);
  assert.equal(second.headers['server-timing'], undefined);
  assert.equal(JSON.parse(second.body).headers[HOP_HEADER], undefined);

  await until('the app sleeps', () => bed.machine.running.size === 0);
  assert.equal((await bed.engine.observeApp(HELLO))?.revisions[0]?.state, 'idle');
  assert.equal((await bed.call('hello.test')).status, 200);
  const reasons = new Set(bed.events.map((event) => event.reason));
  for (const reason of ['Scheduled', 'Started', 'Ready', 'ScaledUp', 'ScaledDown', 'Killing'])
    assert.ok(reasons.has(reason), reason);
});

test('a burst of 200 requests is answered by at most 3 instances with one request each at a time', async (t) => {
  const bed = await createEngineBed(t, { network: '80.3' });
  const revision = revisionFor('hello-1', { scale: { concurrencyMax: 1, instancesMax: 3 }, env: { WORK_MS: '5' } });
  await bed.engine.start({ projects: [], apps: [appFor('hello', revision)] });
  const answers = await Promise.all(Array.from({ length: 200 }, () => bed.call('hello.test')));
  assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [200], bed.log.join('\n'));
  const bodies = answers.map((answer) => JSON.parse(answer.body));
  assert.equal(Math.max(...bodies.map((body) => body.inFlightMost)), 1);
  assert.equal(new Set(bodies.map((body) => body.instance)).size, 3);
  assert.equal(bed.machine.started, 3);
});

test('an app scales from nothing up under load and back without one failed request', async (t) => {
  const bed = await createEngineBed(t, { network: '80.4', parts: { scaleWindows: QUICK } });
  const revision = revisionFor('hello-1', { scale: { concurrencyMax: 2, instancesMax: 4 } });
  await bed.engine.start({ projects: [], apps: [appFor('hello', revision)] });
  const heavy = startLoad(bed, 'hello.test', { clients: 8, path: '/?ms=5' });
  await until('four instances', async () => (await readyCount(bed)) === 4);
  const light = startLoad(bed, 'hello.test', { clients: 1, path: '/?ms=5' });
  const result = await heavy.end();
  assert.deepEqual(result.failures, [], bed.log.join('\n'));
  await until('fewer instances under light load', async () => (await readyCount(bed)) < 4);
  const rest = await light.end();
  assert.deepEqual(rest.failures, [], bed.log.join('\n'));
  assert.ok(rest.answered > 0);
  await until('the app sleeps', () => bed.machine.running.size === 0);
});

test('a new daemon adopts what runs while requests go on, without one failed request', async (t) => {
  const bed = await createEngineBed(t, { network: '80.5' });
  const declared = {
    projects: [],
    apps: [appFor('hello', revisionFor('hello-1')), appFor('other', revisionFor('other-1'))],
  };
  await bed.engine.start(declared);
  assert.equal((await bed.call('hello.test')).status, 200);
  const load = startLoad(bed, 'hello.test', { clients: 4 });
  await bed.engine.stop();
  // A sleeping app is asked while nobody can wake it: HAProxy tries until the next daemon is there.
  const patient = bed.call('other.test');
  await bed.restart();
  await bed.engine.start(declared);
  assert.equal((await patient).status, 200);
  assert.equal(await readyCount(bed), 1);
  const { answered, failures } = await load.end();
  assert.deepEqual(failures, [], bed.log.join('\n'));
  assert.ok(answered > 0);
  assert.equal(bed.machine.started, 2);
});

test('an app that crashes is answered with 503, its exit code and where to look', async (t) => {
  const bed = await createEngineBed(t, { network: '80.6' });
  const revision = revisionFor('hello-1', { env: { MODE: 'crash', EXIT_CODE: '7' } });
  await bed.engine.start({ projects: [], apps: [appFor('hello', revision)] });
  const first = await bed.call('hello.test');
  assert.equal(first.status, 503);
  assert.equal(first.body, '"hello" cannot start: process exited with code 7; see: slipway app logs -n hello\n');
  assert.equal(first.headers['retry-after'], '1');
  const started = bed.machine.started;
  const second = await bed.call('hello.test');
  assert.equal(second.body, first.body);
  assert.ok(bed.machine.started <= started + 1);
  const seen = (await bed.engine.observeApp(HELLO))?.revisions[0];
  assert.equal(seen?.fault, 'exited');
  assert.equal(seen?.exitCode, 7);
  assert.ok(seen?.nextTryAt);
  assert.ok(bed.events.some((event) => event.reason === 'BackOff' && /code 7/.test(event.message)));
});

test('an app that never listens is answered with 503 and the port it must listen on', async (t) => {
  const bed = await createEngineBed(t, { network: '80.7', startDeadlineMs: 300 });
  await bed.engine.start({ projects: [], apps: [appFor('hello', revisionFor('hello-1', { env: { MODE: 'deaf' } }))] });
  const answer = await bed.call('hello.test');
  assert.equal(answer.status, 503);
  assert.match(answer.body, /nothing listens on port 8080 after 0.3 s/);
  await until('its process is gone', () => bed.machine.running.size === 0);
});

test('requests beyond the queue of a starting app are refused at once', async (t) => {
  const bed = await createEngineBed(t, { network: '80.8', startDeadlineMs: 1_000, parts: { waitingPerAppMax: 3 } });
  await bed.engine.start({ projects: [], apps: [appFor('hello', revisionFor('hello-1', { env: { MODE: 'deaf' } }))] });
  const answers = await Promise.all(Array.from({ length: 5 }, () => bed.call('hello.test')));
  const overloaded = answers.filter((answer) => /3 requests already wait/.test(answer.body));
  assert.equal(overloaded.length, 2);
  assert.equal(overloaded[0]?.headers['retry-after'], '1');
});

test('a client that goes away gives its place in the queue back', async (t) => {
  const bed = await createEngineBed(t, { network: '80.9', startDeadlineMs: 2_000, parts: { waitingPerAppMax: 1 } });
  await bed.engine.start({ projects: [], apps: [appFor('hello', revisionFor('hello-1', { env: { MODE: 'deaf' } }))] });
  const leaving = new AbortController();
  const left = bed.call('hello.test', { signal: leaving.signal });
  await until('the place is taken', () => bed.events.some((event) => event.reason === 'Scheduled'));
  assert.match((await bed.call('hello.test')).body, /1 requests already wait/);
  leaving.abort();
  await assert.rejects(left);
  await until('the place is free', async () => /cannot start/.test((await bed.call('hello.test')).body));
});

test('an upgrade to another protocol is tunnelled, also when it wakes the app', async (t) => {
  const bed = await createEngineBed(t, { network: '80.10' });
  await bed.engine.start({ projects: [], apps: [appFor('hello', revisionFor('hello-1'))] });
  for (const word of ['cold', 'warm']) {
    const socket = connect(bed.port, '127.0.0.1');
    socket.setEncoding('utf8');
    socket.write('GET /talk HTTP/1.1\r\nHost: hello.test\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    let text = '';
    socket.on('data', (chunk: string) => (text += chunk));
    await until('the switch', () => text.includes('\r\n\r\n'));
    assert.match(text, /^HTTP\/1.1 101 /);
    socket.write(word);
    await until('the echo', () => text.endsWith(word));
    socket.destroy();
  }
});

test('a new revision is verified, takes over without a failed request, and the old one goes', async (t) => {
  const bed = await createEngineBed(t, { network: '80.11' });
  const [one, two] = [revisionFor('hello-1'), revisionFor('hello-2')];
  await bed.engine.start({ projects: [], apps: [] });
  await bed.engine.applyApp({ ...appFor('hello', one), traffic: [] });
  await until(
    'the first revision is ready',
    async () => (await bed.engine.observeApp(HELLO))?.revisions[0]?.state === 'ready',
  );
  await bed.engine.applyApp(appFor('hello', one));
  const load = startLoad(bed, 'hello.test', { clients: 4 });
  const toOne = [{ revisionName: 'hello-1', percent: 100 }];
  await bed.engine.applyApp({ ...appFor('hello', one, two), traffic: toOne });
  await until(
    'the second revision is ready',
    async () => (await bed.engine.observeApp(HELLO))?.revisions[1]?.state === 'ready',
  );
  assert.match((await bed.call('hello.test')).body, /"instance":"hello-1-/);
  await bed.engine.applyApp(appFor('hello', two));
  await until('the old instance is gone', () =>
    [...bed.machine.running.keys()].every((name) => name.startsWith('hello-2-')),
  );
  assert.match((await bed.call('hello.test')).body, /"instance":"hello-2-/);
  const { failures } = await load.end();
  assert.deepEqual(failures, [], bed.log.join('\n'));
});

test('a new revision that fails is reported and leaves the old one its traffic', async (t) => {
  const bed = await createEngineBed(t, { network: '80.12' });
  const [one, two] = [revisionFor('hello-1'), revisionFor('hello-2', { env: { MODE: 'crash', EXIT_CODE: '3' } })];
  const workload = { ...appFor('hello', one, two), traffic: [{ revisionName: 'hello-1', percent: 100 }] };
  await bed.engine.start({ projects: [], apps: [workload] });
  await until(
    'the second revision failed',
    async () => (await bed.engine.observeApp(HELLO))?.revisions[1]?.state === 'failed',
  );
  const seen = (await bed.engine.observeApp(HELLO))?.revisions[1];
  assert.equal(seen?.exitCode, 3);
  assert.match((await bed.call('hello.test')).body, /"instance":"hello-1-/);
});

test('an instance that dies is replaced, and HAProxy that dies is started again with all it knew', async (t) => {
  const bed = await createEngineBed(t, { network: '80.13' });
  const revision = revisionFor('hello-1', { scale: { instancesMin: 1 } });
  await bed.engine.start({ projects: [], apps: [appFor('hello', revision)] });
  await until('one instance', async () => (await readyCount(bed)) === 1);
  await bed.call('hello.test', { path: '/crash' }).catch(() => undefined);
  await until('the dead instance is noticed', async () => (await readyCount(bed)) === 0);
  await until('a new instance', async () => (await readyCount(bed)) === 1);
  assert.equal((await bed.call('hello.test')).status, 200);

  const pid = Number(await readFile(`${bed.config.runDir}/proxy/haproxy.pid`, 'utf8'));
  process.kill(pid, 'SIGKILL');
  await until('HAProxy is back', () => bed.log.some((line) => line.startsWith('HAProxy was told everything again')));
  const answer = await bed.call('hello.test');
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['server-timing'], undefined);
});

test('a removed app answers 404 and its instances are stopped; when no slot is free others are refused', async (t) => {
  const bed = await createEngineBed(t, { network: '80.14', slotCount: 1 });
  await bed.engine.start({
    projects: [],
    apps: [appFor('hello', revisionFor('hello-1')), appFor('other', revisionFor('other-1'))],
  });
  assert.equal((await bed.call('hello.test')).status, 200);
  const refused = await bed.call('other.test');
  assert.equal(refused.status, 503);
  assert.match(refused.body, /too many apps are awake/);
  await bed.engine.removeApp(HELLO);
  assert.equal((await bed.call('hello.test')).status, 404);
  await until('its instance is stopped', () => bed.machine.running.size === 0);
  await until('the slot is free', async () => (await bed.call('other.test')).status === 200);
  assert.equal(await bed.engine.observeApp(HELLO), undefined);
});

test('another configuration replaces HAProxy without one failed request', async (t) => {
  const bed = await createEngineBed(t, { network: '80.15' });
  const declared = { projects: [], apps: [appFor('hello', revisionFor('hello-1'))] };
  await bed.engine.start(declared);
  assert.equal((await bed.call('hello.test')).status, 200);
  const load = startLoad(bed, 'hello.test', { clients: 4, isKeptAlive: false });
  await bed.engine.stop();
  await bed.restart({ slotCount: 9 });
  await bed.engine.start(declared);
  assert.match(bed.log.at(-1) ?? '', /"haproxy":"reloaded","adopted":1/);
  await until('the instance is ready again', async () => (await readyCount(bed)) === 1);
  const { answered, failures } = await load.end();
  assert.deepEqual(failures, [], bed.log.join('\n'));
  assert.ok(answered > 0);
  assert.equal(bed.machine.started, 1);
});

test('requests that wait in HAProxy when the only instance dies are answered by the next one', async (t) => {
  const bed = await createEngineBed(t, { network: '80.16' });
  const revision = revisionFor('hello-1', { scale: { concurrencyMax: 1, instancesMax: 1 } });
  await bed.engine.start({ projects: [], apps: [appFor('hello', revision)] });
  assert.equal((await bed.call('hello.test')).status, 200);
  const dying = bed.call('hello.test', { path: '/crash?ms=100' });
  const waiting = Array.from({ length: 20 }, () => bed.call('hello.test'));
  const first = await dying;
  const rest = await Promise.all(waiting);
  // The next request in line may still reach the dying process; no other one is lost, and none hangs.
  const lost = rest.filter((answer) => answer.status !== 200);
  assert.ok(lost.length <= 1, lost.map((answer) => answer.body).join('\n'));
  assert.equal(first.status, 502);
  assert.equal(bed.machine.started, 2);
});

test('an instance whose liveness probe fails is replaced', async (t) => {
  const bed = await createEngineBed(t, { network: '80.17' });
  const revision = revisionFor('hello-1', { scale: { instancesMin: 1 } });
  const liveness = {
    ...revision.readiness,
    type: 'http',
    path: '/?ms=5000',
    failureThreshold: 2,
    timeoutMs: 100,
  } as const;
  await bed.engine.start({ projects: [], apps: [appFor('hello', { ...revision, liveness })] });
  await until('it is found unhealthy', () => bed.events.some((event) => event.reason === 'Unhealthy'));
  await until('another is started', () => bed.machine.started >= 2);
});

test('a port that is taken is said when the engine starts', async (t) => {
  const bed = await createEngineBed(t, { network: '80.18' });
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(bed.port, '127.0.0.1', resolve));
  t.after(() => other.close());
  await assert.rejects(bed.engine.start({ projects: [], apps: [] }), /127.0.0.1:\d+ is in use/);
});

test('HAProxy itself finds nothing wrong with the configuration', async (t) => {
  const bed = await createEngineBed(t, { network: '80.19', slotCount: 1_000 });
  await bed.engine.start({ projects: [], apps: [] });
  const checked = await runProcess(['haproxy', '-c', '-f', `${bed.config.runDir}/proxy/haproxy.cfg`]);
  assert.doesNotMatch(checked.stdout + checked.stderr, /WARNING|ALERT/);
});

test('a large body reaches the app whole while it wakes, with and without a known length', async (t) => {
  const bed = await createEngineBed(t, { network: '80.20' });
  const body = 'x'.repeat(3_000_000);
  const apps = [appFor('one', revisionFor('one-1')), appFor('two', revisionFor('two-1'))];
  await bed.engine.start({ projects: [], apps });
  const expecting = await bed.call('one.test', { method: 'POST', body, headers: { expect: '100-continue' } });
  assert.equal(JSON.parse(expecting.body).body.length, body.length);
  const chunked = await bed.call('two.test', { method: 'PUT', body, headers: { 'transfer-encoding': 'chunked' } });
  assert.equal(JSON.parse(chunked.body).body.length, body.length);
});

test('a removed project takes its apps with it, and an image is told with its ports in order', async (t) => {
  const bed = await createEngineBed(t, { network: '80.21' });
  await bed.engine.start({ projects: [], apps: [appFor('hello', revisionFor('hello-1'))] });
  assert.equal((await bed.call('hello.test')).status, 200);
  await bed.engine.removeProject('p1');
  assert.equal(bed.machine.running.size, 0);
  assert.equal((await bed.call('hello.test')).status, 404);
  const image = await bed.engine.resolveImage('registry.test/a:1', { projectId: 'p1' });
  assert.deepEqual(image.exposedPorts, [8080, 9090]);
});

test('the engine stops though requests are held and a tunnel that woke an app is open', async (t) => {
  const bed = await createEngineBed(t, { network: '80.22' });
  const deaf = revisionFor('deaf-1', { env: { MODE: 'deaf' } });
  const declared = { projects: [], apps: [appFor('hello', revisionFor('hello-1')), appFor('deaf', deaf)] };
  await bed.engine.start(declared);
  const socket = connect(bed.port, '127.0.0.1');
  socket.setEncoding('utf8');
  let text = '';
  socket.on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: hello.test\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  await until('the switch', () => text.startsWith('HTTP/1.1 101'));
  const held = bed.call('deaf.test');
  await until('the request is held', () => bed.events.some((event) => event.appName === 'deaf'));
  await bed.engine.stop();
  const answer = await held;
  assert.equal(answer.status, 503);
  assert.equal(answer.headers['retry-after'], '1');
  await until('the tunnel is closed', () => socket.closed);
  assert.deepEqual(
    [...bed.machine.running.values()].map(({ instance }) => instance.appName),
    ['hello'],
  );
  await bed.restart();
  await bed.engine.start(declared);
});

test('what is not declared any more when the daemon starts is stopped and unknown to HAProxy', async (t) => {
  const bed = await createEngineBed(t, { network: '80.23', slotCount: 2 });
  const other = appFor('other', revisionFor('other-1'));
  await bed.engine.start({ projects: [], apps: [appFor('hello', revisionFor('hello-1')), other] });
  assert.equal((await bed.call('hello.test')).status, 200);
  assert.equal((await bed.call('other.test')).status, 200);
  await bed.engine.stop();
  await bed.restart();
  await bed.engine.start({ projects: [], apps: [other, appFor('third', revisionFor('third-1'))] });
  assert.equal((await bed.call('hello.test')).status, 404);
  assert.equal((await bed.call('other.test')).headers['server-timing'], undefined);
  assert.match((await bed.call('third.test')).body, /"instance":"third-1-/);
  assert.deepEqual([...bed.machine.running.values()].map(({ instance }) => instance.appName).toSorted(), [
    'other',
    'third',
  ]);
});
