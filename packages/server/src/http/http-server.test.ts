import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import test from 'node:test';
import { LOCAL_ADMINISTRATOR, type Call, type OperationHandlers } from '@slipway/control';
import { BODY_BYTES_MAX, OPERATIONS, Refusal, type Operation, type OperationId } from '@slipway/spec';
import { createHttpServer } from './http-server.ts';
import {
  openAudit,
  openGuard,
  readRefusal,
  serveForTest,
  SHA256,
  type TestRequest,
} from '../testing/served-operations.ts';

/** A valid body of each operation that takes one. */
const BODIES: Partial<Record<OperationId, object>> = {
  createProject: { name: 'shop' },
  createApp: { name: 'web', image_reference: 'registry.example/web' },
  updateApp: { scale_max_instances: 3 },
  createBuild: { name: 'b', output_image: 'registry.example/web', output_secret: '', strategy_type: 'buildpacks' },
  updateBuild: { strategy_type: 'dockerfile' },
  createBuildRun: { source_type: 'local' },
  createJob: { name: 'nightly', image_reference: 'registry.example/web' },
  updateJob: { run_mode: 'daemon' },
  createJobRun: { job_name: 'nightly' },
  createFunction: { name: 'hello', runtime: 'nodejs-22', code_reference: 'data:,x' },
  updateFunction: { code_main: 'main' },
  createBinding: { component: { name: 'web', resource_type: 'app_v2' }, prefix: 'COS', secret_name: 's' },
  createDomainMapping: {
    name: 'www.example.com',
    component: { name: 'web', resource_type: 'app_v2' },
    tls_secret: 's',
  },
  updateDomainMapping: { tls_secret: 's' },
  createPersistentDataStore: { name: 'uploads', storage_type: 'object_storage' },
  createAllowedOutboundDestination: { name: 'db', type: 'cidr_block', cidr_block: '10.0.0.0/8' },
  updateAllowedOutboundDestination: { cidr_block: '10.0.0.0/16' },
  createSubscription: { name: 's', type: 'cron', component: { name: 'web', resource_type: 'app_v2' } },
  updateSubscription: { cron_schedule: '0 * * * *' },
  restartApp: {},
  replaceAppMesh: { callers: ['cart'] },
  replaceAppTraffic: { traffic: [{ latest: true, percent: 100 }] },
  updateProject: { name: 'store' },
  replaceProjectTags: { tags: ['a'] },
  replaceAppliedSet: { resources: [] },
  updateProjectQuotas: { apps: 7 },
  replaceInboundRules: { rules: [{ cidr_block: '10.0.0.0/8' }] },
  createConfigMap: { name: 'c' },
  replaceConfigMap: { data: { A: '1' } },
  createSecret: { name: 's', format: 'generic' },
  replaceSecret: { format: 'generic' },
  setMember: { role: 'reader' },
  setPlatformMember: { role: 'viewer' },
  createApiKey: { name: 'laptop' },
};

function requestOf(id: OperationId): { readonly path: string; readonly init: TestRequest } {
  const operation: Operation = OPERATIONS[id];
  const query = id === 'createSource' ? `?sha256=${SHA256}` : '';
  const path = `/v2${operation.path.replaceAll(/\{(\w+)\}/g, '$1-1')}${query}`;
  const headers: Record<string, string> = {};
  if (operation.ifMatch) headers['if-match'] = '"tag-1"';
  if (!operation.body) return { path, init: { headers } };
  headers['content-type'] =
    operation.bodyKind === 'binary' ? 'application/octet-stream' : 'application/json; charset=utf-8';
  return { path, init: { headers, body: operation.bodyKind === 'binary' ? 'tar' : JSON.stringify(BODIES[id]) } };
}

const OPERATION_IDS = Object.keys(OPERATIONS) as OperationId[];

/** What each operation answers with here: its own name and what it was asked about. */
function answeringHandler(id: OperationId) {
  const { answer }: Operation = OPERATIONS[id];
  async function* lines() {
    yield { text: 'one' };
  }
  return async ({ params }: Call<OperationId>): Promise<unknown> => {
    if (answer === 'text') return 'text';
    return answer === 'ndjson' || answer === 'events' ? lines() : { id, params };
  };
}

async function assertServed(id: OperationId, response: Response): Promise<void> {
  const operation: Operation = OPERATIONS[id];
  assert.equal(response.status, operation.status);
  const type = response.headers.get('content-type') ?? '';
  const body = await response.text();
  switch (operation.answer) {
    case 'ndjson':
      assert.equal(type, 'application/x-ndjson');
      assert.equal(body, '{"text":"one"}\n');
      return;
    case 'events':
      assert.equal(type, 'text/event-stream');
      assert.equal(body, 'data: {"text":"one"}\n\n');
      return;
    case 'text':
      assert.match(type, /^text\/plain; version=/);
      assert.equal(body, 'text');
      return;
    case 'json':
    case undefined: {
      const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, `${name}-1`]);
      assert.deepEqual(JSON.parse(body), { id, params: Object.fromEntries(names) });
    }
  }
}

/** One handler for every operation, so that one server is enough for all of them. */
function handlersBy<Handler>(handlerOf: (id: OperationId) => Handler): Record<OperationId, Handler> {
  return Object.fromEntries(OPERATION_IDS.map((id) => [id, handlerOf(id)] as const)) as Record<OperationId, Handler>;
}

test('every operation is served with its status and answer', async (t) => {
  const { send } = await serveForTest(t, handlersBy(answeringHandler));
  for (const id of OPERATION_IDS) {
    const { path, init } = requestOf(id);
    const response = await send(OPERATIONS[id].method, path, init);
    await t.test(`${id} is served with its status and answer`, () => assertServed(id, response));
  }
});

test('every operation tells a refusal of its own', async (t) => {
  const refuse = (id: OperationId) => () => Promise.reject(new Refusal('resource_not_found', { kind: id, name: 'x' }));
  const { send } = await serveForTest(t, handlersBy(refuse));
  for (const id of OPERATION_IDS) {
    const { path, init } = requestOf(id);
    const response = await send(OPERATIONS[id].method, path, init);
    await t.test(`${id} tells a refusal of its own`, async () => {
      const answer = await readRefusal(response);
      assert.deepEqual(answer, { status: 404, code: 'resource_not_found', message: `Cannot find ${id} "x"` });
    });
  }
});

test('every operation answers nobody without a token', async (t) => {
  const { send } = await serveForTest(t);
  for (const id of OPERATION_IDS) {
    const { path, init } = requestOf(id);
    const headers = { ...init.headers, authorization: '' };
    const response = await send(OPERATIONS[id].method, path, { ...init, headers });
    await t.test(`${id} answers nobody without a token`, async () => {
      assert.equal(response.headers.get('www-authenticate'), 'Bearer realm="slipway"');
      assert.equal((await readRefusal(response)).code, 'unauthorized');
    });
  }
});

test('the metrics are where a scraper looks first, and behind a credential there too', async (t) => {
  const { send } = await serveForTest(t, { getPlatformMetrics: async () => 'one 1\n' });
  const response = await send('GET', '/metrics');
  assert.equal(await response.text(), 'one 1\n');
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  const unknown = await readRefusal(await send('GET', '/metrics', { headers: { authorization: '' } }));
  assert.equal(unknown.code, 'unauthorized');
  assert.equal((await readRefusal(await send('POST', '/metrics'))).code, 'method_not_allowed');
});

const JSON_HEADERS = { 'content-type': 'application/json' };
const APPS = '/v2/projects/p/apps';

const MALFORMED: readonly (readonly [
  what: string,
  request: readonly [method: string, path: string, init?: TestRequest],
  status: number,
  message: RegExp,
])[] = [
  ['a path that does not exist', ['GET', '/v2/nothing'], 404, /operation for GET \/v2\/nothing/],
  ['a path outside the API', ['GET', '/'], 404, /operation for GET \//],
  ['a method the path does not have', ['PUT', `${APPS}/web`], 405, /allowed are GET, PATCH, DELETE/],
  ['a path of broken percent-encoding', ['GET', `${APPS}/%zz`], 400, /percent-encoding/],
  ['a misspelt query parameter', ['GET', `${APPS}?limt=3`], 400, /Did you mean "limit"\?/],
  [
    'a query value of another type',
    ['GET', `${APPS}?limit=many`],
    400,
    /query limit = "many": it must be a whole number/,
  ],
  ['a query value out of range', ['GET', `${APPS}?limit=1000`], 400, /above 100/],
  ['a missing query parameter', ['POST', '/v2/projects/p/sources', { body: 'x' }], 400, /query sha256 = nothing/],
  ['a version that is no date', ['GET', `${APPS}?version=2`], 400, /query version/],
  ['a body that is not JSON', ['POST', APPS, { headers: JSON_HEADERS, body: '{"name":' }], 400, /it is not JSON/],
  ['a body that is a list', ['POST', APPS, { headers: JSON_HEADERS, body: '[]' }], 400, /it is a list/],
  ['a body that is null', ['POST', APPS, { headers: JSON_HEADERS, body: 'null' }], 400, /not a JSON object/],
  ['an empty body', ['POST', APPS, { headers: JSON_HEADERS }], 400, /it is empty/],
  [
    'a body that is not UTF-8',
    ['POST', APPS, { headers: JSON_HEADERS, body: new Uint8Array([0x22, 0xff, 0x22]) }],
    400,
    /not UTF-8/,
  ],
  ['a body of another type', ['POST', APPS, { body: 'name=web' }], 415, /"text\/plain": this operation takes/],
  [
    'a patch where a document belongs',
    ['POST', APPS, { headers: { 'content-type': 'application/merge-patch+json' }, body: '{}' }],
    415,
    /takes application\/json/,
  ],
  [
    'a body that is too large',
    ['POST', APPS, { headers: JSON_HEADERS, body: `"${'x'.repeat(BODY_BYTES_MAX)}"` }],
    413,
    /more than 2097152 bytes/,
  ],
  [
    'a field that breaks a rule',
    ['POST', APPS, { headers: JSON_HEADERS, body: '{"name":"web"}' }],
    400,
    /image_reference/,
  ],
  [
    'an update without If-Match',
    ['PATCH', `${APPS}/web`, { headers: JSON_HEADERS, body: '{}' }],
    428,
    /Cannot update app "web": the If-Match header is missing/,
  ],
];

test('createHttpServer() refuses what is malformed and says how', async (t) => {
  const { send } = await serveForTest(t);
  for (const [what, [method, path, init], status, message] of MALFORMED) {
    const response = await send(method, path, init);
    await t.test(`createHttpServer() refuses ${what}`, async () => {
      const answer = await readRefusal(response);
      assert.equal(answer.status, status, answer.message);
      assert.match(answer.message, message);
      if (status === 405) assert.equal(response.headers.get('allow'), 'GET, PATCH, DELETE');
    });
  }
});

test('createHttpServer() gives operations the converted query and the bare entity tag', async (t) => {
  let seen: Call<OperationId> | undefined;
  const { send } = await serveForTest(t, {
    updateApp: async (call) => {
      seen = call;
      return { entity_tag: 'tag-2' };
    },
  });
  const headers = { 'content-type': 'application/merge-patch+json', 'if-match': 'W/"tag-1"' };
  const response = await send('PATCH', `${APPS}/web?version=2026-01-31`, { headers, body: '{}' });
  assert.equal(response.headers.get('etag'), '"tag-2"');
  assert.equal(seen?.ifMatch, 'tag-1');
  const listed = await send('GET', `${APPS}?limit=7`);
  assert.deepEqual(((await listed.json()) as { query: unknown }).query, { limit: 7 });
});

test('createHttpServer() hides an unknown failure behind its trace and logs the chain of causes', async (t) => {
  const { send, records } = await serveForTest(t, {
    getApp: () => Promise.reject(new Error('outer', { cause: new Error('the secret path /root') })),
  });
  const response = await send('GET', `${APPS}/web`);
  const answer = await readRefusal(response);
  assert.equal(answer.code, 'internal');
  assert.ok(!answer.message.includes('secret') && !answer.message.includes('outer'));
  const [record] = records.filter(({ level }) => level === 'error');
  assert.match(JSON.stringify(record?.fields), /outer.*the secret path/s);
  assert.equal(record?.fields?.['trace'], response.headers.get('x-request-id'));
});

test('createHttpServer() answers under its own host names only', async (t) => {
  const { port } = await serveForTest(t);
  const request = httpRequest({ port, path: '/healthz', headers: { host: 'evil.example' } }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  assert.equal(response.statusCode, 400);
  assert.match(await text(response), /header Host/);
});

test('/healthz and the API description need no token', async (t) => {
  const { origin } = await serveForTest(t);
  const health = await fetch(`${origin}/healthz`);
  assert.equal(health.status, 200);
  assert.deepEqual(await health.json(), { status: 'ready' });
  const description = (await (await fetch(`${origin}/v2/openapi.json`)).json()) as { openapi: string };
  assert.equal(description.openapi, '3.1.0');
});

test('the registry token service is mounted with its own credential', async (t) => {
  const { origin } = await serveForTest(
    t,
    {},
    { registryToken: async (asked) => ({ status: 401, headers: { 'www-authenticate': 'Basic' }, body: { asked } }) },
  );
  const response = await fetch(`${origin}/registry/token?service=s&scope=a&scope=b`, {
    headers: { authorization: 'Basic eDp5' },
  });
  assert.equal(response.status, 401);
  assert.equal(response.headers.get('www-authenticate'), 'Basic');
  const asked = { authorization: 'Basic eDp5', service: 's', scope: ['a', 'b'] };
  assert.deepEqual(await response.json(), { asked });
});

test('createHttpServer() says it is busy while the platform starts', async (t) => {
  const server = createHttpServer({
    control: { operations: {} as OperationHandlers, guard: await openGuard(t), audit: await openAudit(t) },
    authenticate: () => Promise.resolve(LOCAL_ADMINISTRATOR),
    log: { info() {}, warn() {}, error() {} },
    facts: { apiBaseUrl: 'http://127.0.0.1/v2', instanceApiUrl: 'http://api.slipway.internal' },
  });
  const { port } = await server.listen({ address: '127.0.0.1', port: 0 });
  t.after(() => server.stop(0));
  const health = await fetch(`http://127.0.0.1:${port}/healthz`);
  assert.equal(health.status, 503);
  assert.deepEqual(await health.json(), { status: 'starting' });
  const response = await fetch(`http://127.0.0.1:${port}/v2/projects`);
  assert.equal(response.headers.get('retry-after'), '2');
  assert.equal((await readRefusal(response)).code, 'busy');
});
