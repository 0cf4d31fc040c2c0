import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { appFor, createEngineBed, freePort, revisionFor, until, type EngineBed } from '../testing/engine-bed.ts';
import { foreignProblem, foreignProgram, FOREIGN_ORIGINS } from '../testing/foreign-origin.ts';
import { sendHttp2 } from '../testing/hostile-exchange.ts';
import { HOSTILE_HTTP2 } from '../testing/hostile-http2.ts';
import { renderHttp2Request } from '../testing/http2-frames.ts';
import {
  activatorEndpointFor,
  projectDoorFor,
  proxyPathsFor,
  renderHaproxyConfig,
  runtimeMaps,
} from './haproxy-config.ts';

const ECHO_ORIGIN = new URL('../testing/echo-origin.ts', import.meta.url).pathname;

const ORIGINS = ['gullible', ...FOREIGN_ORIGINS] as const;

function echoApp(bed: EngineBed, appName: string, origin: (typeof ORIGINS)[number]) {
  const folder = join(dirname(bed.config.stateDir), appName);
  const program = origin === 'gullible' ? [ECHO_ORIGIN, origin] : foreignProgram(origin, folder);
  return appFor(appName, { ...revisionFor(`${appName}-1`), arguments: [...program] });
}

for (const [index, origin] of ORIGINS.entries()) {
  const skip = origin !== 'gullible' && foreignProblem(origin);
  test(`no request over HTTP/2 becomes another one, or two, on its way to a ${origin} app`, { skip }, async (t) => {
    const bed = await createEngineBed(t, { network: `84.${50 + index}` });
    const apps = ['app', 'other'].map((name) => echoApp(bed, name, origin));
    await bed.engine.start({ projects: [], apps });
    let total = JSON.parse((await bed.call('app.test')).body).count as number;
    for (const { name, headers, body, messagesMax } of HOSTILE_HTTP2)
      await t.test(name, async () => {
        const answer = await sendHttp2(bed.port, renderHttp2Request(headers, body));
        assert.doesNotMatch(answer, /smuggled/);
        const honest = JSON.parse((await bed.call('app.test', { path: '/honest' })).body);
        const received = honest.count - total - 1;
        total = honest.count;
        assert.equal(honest.url, '/honest');
        assert.ok(received <= messagesMax, `the app had ${received} messages: ${JSON.stringify(answer)}`);
      });
    assert.equal(JSON.parse((await bed.call('other.test')).body).count, 1);
  });
}

test('an app cannot be told another client address, whatever the header is called', async (t) => {
  const bed = await createEngineBed(t, { network: '84.41' });
  await bed.engine.start({ projects: [], apps: [appFor('hello', revisionFor('hello-1'))] });
  for (const name of [
    'X-Forwarded-For',
    'x_forwarded_for',
    'X-Forwarded_For',
    'X_FORWARDED-FOR',
    'Forwarded',
    'X-Forwarded-Proto',
  ]) {
    const { headers } = JSON.parse((await bed.call('hello.test', { headers: { [name]: 'for=6.6.6.6' } })).body);
    assert.doesNotMatch(JSON.stringify(headers), /6\.6\.6\.6/, name);
    assert.equal(headers['x-forwarded-for'], '127.0.0.1');
    assert.equal(headers['x-forwarded-proto'], 'http');
  }
});

test('a head of too many lines or bytes is refused, and one below the bounds is not', async (t) => {
  const bed = await createEngineBed(t, { network: '84.42' });
  await bed.engine.start({ projects: [], apps: [appFor('hello', revisionFor('hello-1'))] });
  const lines = (count: number) => Object.fromEntries(Array.from({ length: count }, (_none, at) => [`x-${at}`, 'y']));
  for (const headers of [lines(200), { 'x-large': 'y'.repeat(20_000) }]) {
    const refused = await bed.call('hello.test', { headers });
    assert.deepEqual([refused.status, bed.machine.started], [400, 0]);
  }
  for (const headers of [lines(80), { 'x-large': 'y'.repeat(12_000) }])
    assert.equal((await bed.call('hello.test', { headers })).status, 200);
});

test('heads that never end keep nobody out, and are cut after their time', async (t) => {
  const bed = await createEngineBed(t, { network: '84.43' });
  await bed.engine.start({ projects: [], apps: [appFor('hello', revisionFor('hello-1'))] });
  const held = Array.from({ length: 500 }, () => connect(bed.port, '127.0.0.1'));
  t.after(() => held.forEach((socket) => socket.destroy()));
  let cut = 0;
  const said: Buffer[] = [];
  for (const socket of held) {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => said.push(chunk));
    socket.on('close', () => (cut += 1));
    socket.write('GET / HTTP/1.1\r\nHost: hello.test\r\nX-Slow: ');
  }
  assert.equal((await bed.call('hello.test')).status, 200);
  await until('all of them are cut', () => cut === held.length, 60_000);
  assert.match(Buffer.concat(said).toString(), /^HTTP\/1\.1 408 /);
  assert.equal((await bed.call('hello.test')).status, 200);
});

test('one address may not hold all connections', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-edge-'));
  const paths = proxyPathsFor(dir);
  const port = await freePort();
  await mkdir(paths.dir);
  for (const file of runtimeMaps(paths)) await writeFile(file, '');
  const activator = activatorEndpointFor(dir);
  const edge = {
    address: '127.0.0.1',
    port,
    slotCount: 1,
    connectionsMax: 40,
    paths,
    activator,
    projectDoor: projectDoorFor(dir),
    activatorToken: 'abcdef',
  };
  await writeFile(paths.configFile, renderHaproxyConfig(edge));
  const child = spawn('haproxy', ['-db', '-f', paths.configFile], { stdio: 'ignore' });
  t.after(async () => {
    child.kill('SIGKILL');
    await rm(dir, { recursive: true, force: true });
  });
  await until('HAProxy listens', async () => (await openSocket(port)) !== undefined);
  const held = await Promise.all(Array.from({ length: 20 }, () => openSocket(port)));
  t.after(() => held.forEach((socket) => socket?.destroy()));
  const refused = connect(port, '127.0.0.1');
  refused.on('error', () => undefined);
  await new Promise<void>((resolve) => refused.once('close', () => resolve()));
  // Another address of the machine is still served: by a refusal of CONNECT, since there is no app.
  const other = connect({ port, host: '127.0.0.1', localAddress: '127.84.44.1' });
  other.write('CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\nConnection: close\r\n\r\n');
  assert.match(Buffer.concat(await other.toArray()).toString(), /^HTTP\/1.1 405 [^]*CONNECT is not served here\n$/);
});

async function openSocket(port: number): Promise<Socket | undefined> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.once('connect', resolve).once('close', () => resolve()));
  return socket.destroyed ? undefined : socket;
}
