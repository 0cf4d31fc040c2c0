import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import test, { type TestContext } from 'node:test';
import { OPERATIONS } from '@slipway/spec';
import { ApiProblem, ApiUnreachable } from './api-problem.ts';
import { createClient, pathFor } from './client.ts';

/** A real HTTP server on a free port that answers with `listener`, and a client for it. */
async function serve(t: TestContext, listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  const baseUrl = `http://127.0.0.1:${address.port}`;
  return { client: createClient({ baseUrl, token: 'slw_test' }), baseUrl };
}

async function rejection<Failure>(promise: Promise<unknown>, kind: new (...parts: never[]) => Failure) {
  const error: unknown = await promise.then(
    () => assert.fail('it was not rejected'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof kind, String(error));
  return error;
}

const project = { id: 'p1', name: 'shop', resource_group_id: 'default' };

test('createClient() makes one method per operation of the table', () => {
  const client = createClient({ baseUrl: 'http://127.0.0.1:1', token: 'slw_test' });
  assert.deepEqual(Object.keys(client), Object.keys(OPERATIONS));
});

test('a call sends path, query, body, entity tag and token, and returns the parsed answer', async (t) => {
  const seen: { url?: string | undefined; headers?: IncomingMessage['headers']; body?: string } = {};
  const { client } = await serve(t, (request, response) => {
    void text(request).then((body) => {
      Object.assign(seen, { url: `${request.method} ${request.url}`, headers: request.headers, body });
      response.end(JSON.stringify({ name: 'web' }));
    });
  });
  const app = await client.updateApp({
    params: { project_id: 'a b/c', name: 'web' },
    body: { scale_max_instances: 3 },
    ifMatch: 'tag-1',
  });
  assert.equal(app.name, 'web');
  assert.equal(seen.url, 'PATCH /v2/projects/a%20b%2Fc/apps/web');
  assert.equal(seen.headers?.['content-type'], 'application/merge-patch+json');
  assert.equal(seen.headers?.['if-match'], 'tag-1');
  assert.equal(seen.headers?.authorization, 'Bearer slw_test');
  assert.equal(seen.body, '{"scale_max_instances":3}');
  await client.listProjects({ query: { limit: 5, start: 'x&y' } });
  assert.equal(seen.url, 'GET /v2/projects?limit=5&start=x%26y');
});

test('a refusal becomes an ApiProblem with code, status, message and trace', async (t) => {
  const { client } = await serve(t, (_request, response) => {
    response.statusCode = 404;
    const errors = [{ code: 'resource_not_found', message: 'Cannot find app "web"' }];
    response.end(JSON.stringify({ errors, trace: 'codeengine-api-1f', status_code: 404 }));
  });
  const problem = await rejection(client.getApp({ params: { project_id: 'p', name: 'web' } }), ApiProblem);
  assert.deepEqual(
    { code: problem.code, status: problem.status, message: problem.message, trace: problem.trace },
    { code: 'resource_not_found', status: 404, message: 'Cannot find app "web"', trace: 'codeengine-api-1f' },
  );
});

test('a refusal that is not from the platform says so', async (t) => {
  const { client } = await serve(t, (_request, response) => {
    response.statusCode = 502;
    response.end('<html>Bad gateway</html>');
  });
  const problem = await rejection(client.listProjects(), ApiProblem);
  assert.equal(problem.status, 502);
  assert.match(problem.message, /not from the Slipway API/);
});

test('a read is repeated while the connection is refused, a change never is', async (t) => {
  const { baseUrl } = await serve(t, (_request, response) => response.end('{}'));
  let tries = 0;
  const refusing: typeof fetch = (input, init) => {
    tries += 1;
    const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    return tries < 3 ? Promise.reject(new TypeError('fetch failed', { cause })) : fetch(input, init);
  };
  const client = createClient({ baseUrl, token: 'slw_test', fetch: refusing });
  await client.listProjects();
  assert.equal(tries, 3);
  tries = 0;
  const failure = await rejection(client.createProject({ body: { name: 'shop' } }), ApiUnreachable);
  assert.equal(failure.reason, 'refused');
  assert.match(failure.message, /nothing listens there/);
  assert.equal(tries, 1);
});

test('an answer that does not come in time, and one cut short, are told apart', async (t) => {
  const { client } = await serve(t, (request, response) => {
    if (request.url?.endsWith('/slow')) return;
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"id":');
    response.destroy();
  });
  const late = await rejection(client.getProject({ params: { id: 'slow' }, timeoutMs: 20 }), ApiUnreachable);
  assert.equal(late.reason, 'timeout');
  const cut = await rejection(client.getProject({ params: { id: 'cut' } }), ApiUnreachable);
  assert.equal(cut.reason, 'broken');
});

test('a stream is read line by line, and leaving it closes the connection', async (t) => {
  const closed = Promise.withResolvers<void>();
  const { client } = await serve(t, (_request, response) => {
    response.on('close', () => closed.resolve());
    response.write(`${JSON.stringify({ text: 'one' })}\n${JSON.stringify({ text: 'two' })}\n`);
  });
  const lines = await client.listAppLogs({ params: { project_id: 'p', app_name: 'web' }, query: { follow: true } });
  const texts: string[] = [];
  for await (const line of lines) {
    texts.push(line.text);
    if (texts.length === 2) break;
  }
  assert.deepEqual(texts, ['one', 'two']);
  await closed.promise;
});

test('aborting a stream rejects with the reason of the abort', async (t) => {
  const { client } = await serve(t, (_request, response) => {
    response.write('{"text":"one"}\n');
  });
  const controller = new AbortController();
  const params = { project_id: 'p', app_name: 'web' };
  const lines = await client.listAppLogs({ params, signal: controller.signal });
  await assert.rejects(async () => {
    for await (const line of lines) controller.abort(new Error(`seen ${line.text}`));
  }, /seen one/);
});

test('an upload is streamed from an async iterable', async (t) => {
  let received = '';
  const { client } = await serve(t, (request, response) => {
    void text(request).then((body) => {
      received = `${request.headers['transfer-encoding']} ${body}`;
      response.end(JSON.stringify(project));
    });
  });
  async function* bytes() {
    yield new TextEncoder().encode('first,');
    yield new TextEncoder().encode('second');
  }
  await client.createSource({ params: { project_id: 'p' }, query: { sha256: '0'.repeat(64) }, body: bytes() });
  assert.equal(received, 'chunked first,second');
});

test('pathFor() refuses parameters that would change the path', () => {
  assert.equal(pathFor('/projects/{id}', { id: '../x' }), '/projects/..%2Fx');
  assert.throws(() => pathFor('/projects/{id}', { id: '..' }), /may not be/);
  assert.throws(() => pathFor('/projects/{id}', {}), /no value for \{id\}/);
});
