import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import test from 'node:test';
import { Refusal, SOURCE_LIMITS } from '@slipway/spec';
import { readRefusal, serveForTest, SHA256, TOKEN, type TestRequest } from '../testing/served-operations.ts';

const APPS = '/v2/projects/p/apps';

test('an upload is handed on as it arrives and its hash can be checked', async (t) => {
  const chunks: string[] = [];
  const { send } = await serveForTest(t, {
    createSource: async ({ body, query }) => {
      const hash = createHash('sha256');
      for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
        hash.update(chunk);
        chunks.push(Buffer.from(chunk).toString());
      }
      const actual = hash.digest('hex');
      const announced = (query as { sha256: string }).sha256;
      if (actual !== announced) throw new Refusal('source_corrupt', { actual, announced });
      return { id: actual };
    },
  });
  // The second half is sent only after the first has reached the operation: nothing gathers the upload.
  const seen = Promise.withResolvers<void>();
  const poll = setInterval(() => chunks.length > 0 && seen.resolve(), 5);
  t.after(() => clearInterval(poll));
  async function* halves() {
    yield new TextEncoder().encode('first,');
    await seen.promise;
    yield new TextEncoder().encode('second');
  }
  const sha256 = createHash('sha256').update('first,second').digest('hex');
  const init = { headers: { 'content-type': 'application/octet-stream' }, duplex: 'half' };
  const path = '/v2/projects/p/sources?sha256=';
  const stored = await send('POST', path + sha256, { ...init, body: halves() } as TestRequest);
  assert.equal(stored.status, 201);
  assert.deepEqual(chunks, ['first,', 'second']);
  const wrong = await readRefusal(await send('POST', path + SHA256, { ...init, body: 'other' } as TestRequest));
  assert.deepEqual([wrong.status, wrong.code], [400, 'source_corrupt']);
});

test('an upload that announces too much is refused before it is read', async (t) => {
  const { port } = await serveForTest(t, { createSource: () => assert.fail('it was read') });
  const request = httpRequest({
    port,
    method: 'POST',
    path: `/v2/projects/p/sources?sha256=${SHA256}`,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/octet-stream',
      'content-length': SOURCE_LIMITS.bytesMax + 1,
    },
  });
  request.on('error', () => undefined);
  request.flushHeaders();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  assert.equal(response.statusCode, 413);
  request.destroy();
});

test('an upload cut short fails in the operation and is no error of the platform', async (t) => {
  const failed = Promise.withResolvers<unknown>();
  const { port, records } = await serveForTest(t, {
    createSource: async ({ body }) => {
      try {
        for await (const _chunk of body as unknown as AsyncIterable<Uint8Array>) request.destroy();
      } catch (error) {
        failed.resolve(error);
        throw error;
      }
    },
  });
  const request = httpRequest({
    port,
    method: 'POST',
    path: `/v2/projects/p/sources?sha256=${SHA256}`,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/octet-stream', 'content-length': 1000 },
  });
  request.on('error', () => undefined);
  request.write('part');
  assert.ok((await failed.promise) instanceof Error);
  assert.deepEqual(
    records.filter(({ level }) => level === 'error'),
    [],
  );
});

test('a stream leaves line by line, and ends when the caller goes away', async (t) => {
  const gone = Promise.withResolvers<void>();
  const next = Promise.withResolvers<void>();
  const { send } = await serveForTest(t, {
    listAppLogs: async ({ signal }) => {
      async function* lines() {
        signal.addEventListener('abort', () => gone.resolve());
        yield { text: 'one' };
        await next.promise;
        yield { text: 'two' };
        await gone.promise;
      }
      return lines();
    },
  });
  const controller = new AbortController();
  const response = await send('GET', `${APPS}/web/logs?follow=true`, { signal: controller.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await reader?.read())?.value, '{"text":"one"}\n');
  next.resolve();
  assert.equal((await reader?.read())?.value, '{"text":"two"}\n');
  controller.abort();
  await gone.promise;
});

test('a stream is read no faster than its caller takes', async (t) => {
  let produced = 0;
  const line = { text: 'x'.repeat(64 * 1024) };
  const { port } = await serveForTest(t, {
    listAppLogs: async ({ signal }) => {
      async function* lines() {
        while (!signal.aborted) {
          produced += 1;
          yield line;
        }
      }
      return lines();
    },
  });
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.pause();
  socket.write(`GET ${APPS}/web/logs HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${TOKEN}\r\n\r\n`);
  // It has come to rest when the count stands still for a while; without backpressure it never would.
  let [before, still] = [-1, 0];
  while (still < 10) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    still = produced > 0 && produced === before ? still + 1 : 0;
    before = produced;
    assert.ok(produced < 1000, `${produced} lines were read for a caller that takes none`);
  }
});

test('a stream that fails half-way is cut, so that its caller does not take it for complete', async (t) => {
  const { send, records } = await serveForTest(t, {
    listAppLogs: async () => {
      async function* lines() {
        yield { text: 'one' };
        throw new Error('the log is gone');
      }
      return lines();
    },
  });
  const response = await send('GET', `${APPS}/web/logs`);
  await assert.rejects(response.text());
  assert.equal(records.filter(({ level }) => level === 'error').length, 1);
});

test('streams are bounded, and a place is free again when one ends', async (t) => {
  const { send } = await serveForTest(
    t,
    {
      listAppLogs: async ({ signal }) => {
        async function* lines() {
          yield { text: 'one' };
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        }
        return lines();
      },
    },
    { streamsMax: 1 },
  );
  const controller = new AbortController();
  await send('GET', `${APPS}/web/logs`, { signal: controller.signal });
  assert.equal((await readRefusal(await send('GET', `${APPS}/web/logs`))).code, 'busy');
  controller.abort();
  let status = 0;
  const second = new AbortController();
  for (let tries = 0; status !== 200 && tries < 200; tries += 1) {
    const response = await send('GET', `${APPS}/web/logs`, { signal: second.signal });
    status = response.status;
  }
  assert.equal(status, 200);
  second.abort();
});

test('stop() ends streams, lets a request under way finish and takes no new one', async (t) => {
  const started = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const { send, stop, origin } = await serveForTest(t, {
    getApp: async () => {
      started.resolve();
      await finish.promise;
      return { name: 'web' };
    },
    listAppLogs: async ({ signal }) => {
      async function* lines() {
        yield { text: 'one' };
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      }
      return lines();
    },
  });
  const stream = await send('GET', `${APPS}/web/logs`);
  const pending = send('GET', `${APPS}/web`);
  await started.promise;
  const stopped = stop(10_000);
  await assert.rejects(stream.text());
  finish.resolve();
  assert.deepEqual(await (await pending).json(), { name: 'web' });
  await stopped;
  await assert.rejects(fetch(`${origin}/healthz`));
});

test('stop() cuts a request that does not end in time', async (t) => {
  const started = Promise.withResolvers<void>();
  const { send, stop } = await serveForTest(t, {
    getApp: ({ signal }) => {
      started.resolve();
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    },
  });
  const pending = send('GET', `${APPS}/web`);
  await started.promise;
  await Promise.all([stop(0), assert.rejects(pending)]);
});
