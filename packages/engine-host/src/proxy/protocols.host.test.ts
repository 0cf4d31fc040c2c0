import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect as connectHttp2, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { runProcess } from '@slipway/process';
import { appFor, createEngineBed, revisionFor, until, type EngineBed } from '../testing/engine-bed.ts';
import { timeoutKey } from './haproxy-config.ts';

const PROTOCOL_APP = new URL('../testing/protocol-app.ts', import.meta.url).pathname;
const UPLOAD_CLIENT = new URL('../testing/upload-client.ts', import.meta.url).pathname;
const MIB = 1024 * 1024;
/** Of the daemon (with the test in it) and of HAProxy while a body that is many times as large passes. */
const MEMORY_GROWTH_MAX = 192 * MIB;
/** Connections of an app that is awake and of one that is not. */
const STATES = ['awake', 'asleep'] as const;

async function openBed(
  t: TestContext,
  { network, protocol, hosts, timeoutMs }: { network: string; protocol?: 'h2c'; hosts?: string[]; timeoutMs?: number },
): Promise<EngineBed> {
  const bed = await createEngineBed(t, { network });
  const scale = timeoutMs === undefined ? {} : { requestTimeoutMs: timeoutMs };
  const revision = {
    ...revisionFor('app-1', { scale }),
    arguments: [PROTOCOL_APP, ...(protocol ? [protocol] : [])],
    ...(protocol && { protocol }),
  };
  const app = appFor('app', revision);
  await bed.engine.start({ projects: [], apps: [hosts ? { ...app, hosts } : app] });
  return bed;
}

async function wake(bed: EngineBed, host = 'app.test'): Promise<void> {
  assert.equal((await bed.call(host)).status, 200, bed.log.join('\n'));
}

function openHttp2(t: TestContext, port: number): ClientHttp2Session {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  t.after(() => session.destroy());
  return session;
}

/** One message of gRPC: flag and length before the bytes. */
function grpcMessage(text: string): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(text.length, 1);
  return Buffer.concat([head, Buffer.from(text)]);
}

function openCall(session: ClientHttp2Session, path: string) {
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    ':authority': 'app.test',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  const trailers = Promise.withResolvers<IncomingHttpHeaders>();
  stream.on('trailers', trailers.resolve);
  stream.on('error', trailers.reject);
  return { stream, trailers: trailers.promise };
}

for (const state of STATES) {
  const part = state === 'awake' ? 0 : 1;

  test(`HTTP/2 from outside reaches an app of HTTP/1.1 that is ${state}`, async (t) => {
    const bed = await openBed(t, { network: `83.${10 + part}` });
    if (state === 'awake') await wake(bed);
    const session = openHttp2(t, bed.port);
    const stream = session.request({ ':method': 'POST', ':path': '/', ':authority': 'app.test' });
    stream.end('hello');
    const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    assert.equal(headers[':status'], 200);
    const seen = JSON.parse(Buffer.concat(await stream.toArray()).toString());
    assert.deepEqual([seen.bytes, seen.httpVersion, seen.headers.host], [5, '1.1', 'app.test']);
  });

  test(`gRPC reaches an app that is ${state}: one message, many messages, and a status alone`, async (t) => {
    const bed = await openBed(t, { network: `83.${12 + part}`, protocol: 'h2c' });
    const session = openHttp2(t, bed.port);
    if (state === 'awake') {
      const { stream, trailers } = openCall(session, '/first');
      stream.end();
      stream.resume();
      await trailers;
    }
    const talk = openCall(session, '/echo.Echo/Talk');
    for (const text of ['one', 'two', 'three']) {
      talk.stream.write(grpcMessage(text));
      const [message] = (await once(talk.stream, 'data')) as [Buffer];
      assert.deepEqual(message, grpcMessage(text));
    }
    talk.stream.end();
    const ended = { 'grpc-status': '0', 'x-te': 'trailers', 'x-path': '/echo.Echo/Talk' };
    assert.deepEqual(Object.fromEntries(Object.entries(await talk.trailers)), ended);
    const unary = openCall(session, '/echo.Echo/Say');
    unary.stream.end(grpcMessage('hello'));
    assert.equal(
      Buffer.concat(await unary.stream.toArray())
        .toString('latin1')
        .slice(5),
      'hello',
    );
    assert.equal((await unary.trailers)['grpc-status'], '0');
    const failing = session.request({ ':method': 'POST', ':path': '/fails', ':authority': 'app.test' });
    failing.end();
    const [headers] = (await once(failing, 'response')) as [IncomingHttpHeaders];
    assert.equal(headers['grpc-status'], '5');
    failing.resume();
  });

  test(`an app of HTTP/2 that is ${state} answers clients of HTTP/1.1, its trailers too`, async (t) => {
    const bed = await openBed(t, { network: `83.${14 + part}`, protocol: 'h2c' });
    if (state === 'awake') await wake(bed);
    const answer = await exchange(bed.port, { path: '/a', headers: { te: 'trailers' }, chunks: ['ping', 'pong'] });
    assert.equal(answer.body, 'pingpong');
    assert.deepEqual({ ...answer.response.trailers }, { 'grpc-status': '0', 'x-te': 'trailers', 'x-path': '/a' });
  });

  test(`events pass one by one from an app that is ${state}`, async (t) => {
    const bed = await openBed(t, { network: `83.${16 + part}` });
    if (state === 'awake') await wake(bed);
    const request = httpRequest({ host: '127.0.0.1', port: bed.port, path: '/events', headers: { host: 'app.test' } });
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const events = response[Symbol.asyncIterator]();
    assert.equal(String((await events.next()).value), 'data: first\n\n');
    assert.equal((await bed.call('app.test', { path: '/next' })).body, 'went on');
    assert.equal(String((await events.next()).value), 'data: second\n\n');
    assert.equal((await events.next()).done, true);
  });

  test(`a WebSocket is opened to an app that is ${state}`, async (t) => {
    const bed = await openBed(t, { network: `83.${18 + part}`, hosts: ['127.0.0.1'] });
    if (state === 'awake') await wake(bed, '127.0.0.1');
    const socket = new WebSocket(`ws://127.0.0.1:${bed.port}/`);
    await once(socket, 'open');
    for (const text of ['ahoy', 'and again']) {
      socket.send(text);
      const [event] = (await once(socket, 'message')) as [MessageEvent];
      assert.equal(event.data, text);
    }
    socket.close();
  });

  test(`chunks and trailers pass both ways to an app that is ${state}`, async (t) => {
    const bed = await openBed(t, { network: `83.${20 + part}` });
    if (state === 'awake') await wake(bed);
    const trailers = { 'x-checksum': 'abc' };
    const answer = await exchange(bed.port, {
      path: '/',
      headers: { trailer: 'x-checksum' },
      chunks: ['one', 'two'],
      trailers,
    });
    const seen = JSON.parse(answer.body);
    assert.deepEqual([seen.bytes, seen.trailers], [6, { 'x-checksum': 'abc' }]);
    assert.equal(answer.response.trailers['x-bytes'], '6');
  });

  test(`an app that is ${state} says itself whether an announced body may come`, async (t) => {
    const bed = await openBed(t, { network: `83.${22 + part}` });
    if (state === 'awake') await wake(bed);
    const options = { host: '127.0.0.1', port: bed.port, method: 'POST' } as const;
    const headers = { host: 'app.test', expect: '100-continue', 'content-length': '5' };
    const wanted = httpRequest({ ...options, path: '/', headers });
    wanted.flushHeaders();
    await once(wanted, 'continue');
    wanted.end('hello');
    const [response] = (await once(wanted, 'response')) as [IncomingMessage];
    assert.equal(JSON.parse(Buffer.concat(await response.toArray()).toString()).bytes, 5);
    const refused = httpRequest({ ...options, path: '/refuse', headers });
    refused.flushHeaders();
    refused.on('error', () => undefined);
    const [refusal] = (await once(refused, 'response')) as [IncomingMessage];
    assert.equal(refusal.statusCode, 417);
    refused.destroy();
  });

  test(`a body many times as large as the memory it takes passes to an app that is ${state}`, async (t) => {
    const bed = await openBed(t, { network: `83.${24 + part}` });
    if (state === 'awake') await wake(bed);
    const pid = Number((await readFile(join(bed.config.runDir, 'proxy/haproxy.pid'), 'utf8')).trim());
    const before = { haproxy: await residentBytes(pid), daemon: await residentBytes(process.pid) };
    const peak = { ...before };
    const bytes = 2048 * MIB;
    const argv = [process.execPath, UPLOAD_CLIENT, String(bed.port), 'app.test', String(bytes)] as const;
    let isOver = false;
    const sent = runProcess([...argv, state === 'awake' ? 'length' : 'chunked'], { timeoutMs: 120_000 });
    void sent.finally(() => (isOver = true)).catch(() => undefined);
    await until(
      'the upload is over',
      async () => {
        peak.haproxy = Math.max(peak.haproxy, await residentBytes(pid));
        peak.daemon = Math.max(peak.daemon, await residentBytes(process.pid));
        return isOver;
      },
      120_000,
    );
    assert.equal(JSON.parse((await sent).stdout).bytes, bytes);
    for (const which of ['haproxy', 'daemon'] as const)
      assert.ok(
        peak[which] - before[which] < MEMORY_GROWTH_MAX,
        `${which}: ${before[which]}, then ${peak[which]} bytes`,
      );
  });
}

test('a client that sends its body in small pieces is waited for', async (t) => {
  const bed = await openBed(t, { network: '83.30' });
  const socket = connect(bed.port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 40\r\nConnection: close\r\n\r\n');
  for (let sent = 0; sent < 40; sent += 4) {
    socket.write('slow');
    // Another request goes all the way between two pieces.
    await wake(bed);
  }
  assert.match(Buffer.concat(await socket.toArray()).toString(), /"bytes":40/);
});

test('a request that takes longer than the app allows is answered with 504, awake or not', async (t) => {
  const bed = await openBed(t, { network: '83.31', timeoutMs: 300 });
  for (const state of STATES) {
    const { status, body } = await bed.call('app.test', { path: '/?ms=30000' });
    assert.deepEqual([status, body], [504, 'The app did not answer within its request timeout\n'], state);
  }
  assert.equal((await bed.call('app.test')).status, 200);
});

for (const timeoutMs of [300_000, 600_000])
  test(`a request timeout of ${timeoutMs / 1000} s is what HAProxy keeps for the app`, async (t) => {
    const bed = await openBed(t, { network: timeoutMs === 300_000 ? '83.32' : '83.33', timeoutMs });
    await wake(bed);
    const control = connect(join(bed.config.runDir, 'proxy/control.sock'));
    control.end(`show map ${join(bed.config.runDir, 'proxy/timeouts.map')}\n`);
    assert.match(Buffer.concat(await control.toArray()).toString(), new RegExp(` ${timeoutKey(0)} ${timeoutMs}\n`));
  });

interface Sending {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly chunks: readonly string[];
  readonly trailers?: Record<string, string>;
}

async function exchange(port: number, sending: Sending) {
  const headers = { host: 'app.test', ...sending.headers };
  const request = httpRequest({ host: '127.0.0.1', port, method: 'POST', path: sending.path, headers });
  for (const chunk of sending.chunks) request.write(chunk);
  if (sending.trailers) request.addTrailers(sending.trailers);
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const body = Buffer.concat(await response.toArray()).toString();
  assert.equal(response.statusCode, 200, body);
  return { response, body };
}

async function residentBytes(pid: number): Promise<number> {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}
