import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { localFetch } from './local-fetch.ts';

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test('localFetch() sends bodies of every kind with method and headers, and gives status and text', async (t) => {
  const url = await serve(t, (request, response) => {
    void text(request).then((body) => {
      response.statusCode = request.method === 'POST' ? 201 : 404;
      response.end([request.method, request.headers['x-a'], request.headers['content-length'], body].join(' '));
    });
  });
  async function* pieces() {
    yield Buffer.from('pie');
    yield Buffer.from('ces');
  }
  const bodies = ['text ä', Buffer.from('bytes'), new Blob(['blob']), pieces()];
  const answers: string[] = [];
  for (const body of bodies) {
    const answer = await localFetch(url, { method: 'POST', headers: { 'x-a': 'b' }, body });
    assert.deepEqual([answer.ok, answer.status], [true, 201]);
    answers.push(await answer.text());
  }
  assert.deepEqual(answers, ['POST b 7 text ä', 'POST b 5 bytes', 'POST b 4 blob', 'POST b  pieces']);
  const missing = await localFetch(url);
  assert.deepEqual([missing.ok, missing.status, await missing.text()], [false, 404, 'GET   ']);
});

test('localFetch() fails as fetch() does: refused, redirected, cut short, aborted', async (t) => {
  const url = await serve(t, (request, response) => {
    if (request.url === '/away') response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    else if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': '100' });
      response.write('some', () => response.destroy());
    }
  });
  await assert.rejects(localFetch('http://127.0.0.1:1/'), (error: Error) => {
    assert.ok(error instanceof TypeError);
    assert.equal((error.cause as NodeJS.ErrnoException).code, 'ECONNREFUSED');
    return true;
  });
  await assert.rejects(localFetch(`${url}away`), TypeError);
  const cut = await localFetch(`${url}cut`);
  await assert.rejects(cut.text(), TypeError);
  const aborting = new AbortController();
  const waiting = localFetch(`${url}never`, { signal: aborting.signal });
  aborting.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
});
