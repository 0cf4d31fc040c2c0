/** Trace context, spans and edges with HAProxy as it is shipped and a collector that checks what it is sent. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Agent, type ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';
import { projectDoorFor, proxyPathsFor } from '../proxy/haproxy-config.ts';
import { appFor, callHost, createEngineBed, revisionFor, until, type EngineBed } from '../testing/engine-bed.ts';
import { openOtlpReceiver, type OtlpReceiver } from '../testing/otlp-receiver.ts';
import { parseTraceparent } from './trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

async function openBed(t: TestContext, options: { network: string; traceRatio: number }) {
  const receiver = await openOtlpReceiver(t);
  const { network, traceRatio } = options;
  const observe = { mode: 'traces', traceRatio, otlp: { endpoint: receiver.endpoint, batchWaitMs: 1 } } as const;
  const bed = await createEngineBed(t, { network, observe });
  const projects = [{ projectId: 'p1', subdomain: 'shop' }];
  await bed.engine.start({ projects, apps: [appFor('web', revisionFor('web-1'))] });
  return { bed, receiver };
}

/** The headers that the app was given. */
async function headersAt(bed: EngineBed, given: Record<string, string> = {}) {
  const { body, status } = await bed.call('web.test', { headers: given, path: '/a b?secret=1'.replace(' ', '%20') });
  assert.equal(status, 200);
  const { headers } = JSON.parse(body) as { readonly headers: Record<string, string | undefined> };
  return { traceparent: parseTraceparent(headers['traceparent'] ?? ''), tracestate: headers['tracestate'] };
}

async function spanOf(receiver: OtlpReceiver, spanId: string | undefined) {
  await until('the span', () => receiver.spans.some((span) => span.spanId === spanId));
  const [span, ...others] = receiver.spans.filter((one) => one.spanId === spanId);
  assert.deepEqual(others, []);
  assert.ok(span);
  return span;
}

test('a request is one span, with the instance it reached, whether its app was asleep or awake', async (t) => {
  const { bed, receiver } = await openBed(t, { network: '80.31', traceRatio: 1 });
  const asleep = await headersAt(bed);
  const awake = await headersAt(bed);
  for (const { traceparent, tracestate } of [asleep, awake]) {
    assert.equal(tracestate, undefined);
    const span = await spanOf(receiver, traceparent?.spanId);
    assert.equal(span.traceId, traceparent?.traceId);
    assert.equal(span.parentSpanId, undefined);
    assert.deepEqual([span.service, span.namespace, span.name, span.isError], ['web', 'p1', 'GET', false]);
    const seen = span.attributes;
    assert.deepEqual([seen['http.response.status_code'], seen['url.path']], [200, '/a%20b']);
    assert.deepEqual([seen['slipway.source.type'], seen['slipway.revision']], ['outside', 'web-1']);
    assert.match(String(seen['service.instance.id']), /web/);
    assert.ok(span.endMs >= span.startMs);
  }
  assert.equal(new Set([asleep.traceparent?.traceId, awake.traceparent?.traceId]).size, 2);
  assert.equal(receiver.spans.length, 2);
  assert.deepEqual(receiver.faults, []);
  const { edges, isObserved } = await bed.engine.observeEdges();
  assert.equal(isObserved, true);
  assert.deepEqual(
    edges.map(({ requestsTotal, source, targetApp }) => ({ requestsTotal, source, targetApp })),
    [{ requestsTotal: 2, source: { type: 'outside' }, targetApp: 'web' }],
  );
});

test('a context that is valid goes on with our span as the parent, and no other does', async (t) => {
  const { bed, receiver } = await openBed(t, { network: '80.32', traceRatio: 0 });
  const kept: readonly (readonly [string, number])[] = [
    [`00-${TRACE}-${PARENT}-01`, 1],
    [`00-${TRACE}-${PARENT}-03`, 3],
    [`00-${TRACE}-${PARENT}-ff`, 3],
    [`00-${TRACE}-${PARENT}-00`, 0],
    [`cc-${TRACE}-${PARENT}-01`, 1],
    [`cc-${TRACE}-${PARENT}-01-what the future brings`, 1],
  ];
  const sampled: string[] = [];
  for (const [traceparent, flags] of kept) {
    const seen = await headersAt(bed, { traceparent, tracestate: 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE' });
    assert.deepEqual([seen.traceparent?.traceId, seen.traceparent?.flags], [TRACE, flags], traceparent);
    assert.notEqual(seen.traceparent?.spanId, PARENT);
    assert.equal(seen.tracestate, 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE');
    if (flags % 2 === 1) sampled.push(seen.traceparent?.spanId ?? '');
  }
  const replaced = [
    `00-${TRACE}-${PARENT}-01-more`,
    `00-${TRACE}-${PARENT}-1`,
    `00-${TRACE}-${PARENT}`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `ff-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-0g`,
    ` 00_${TRACE}_${PARENT}_01`,
    'x'.repeat(4_000),
  ];
  for (const traceparent of replaced) {
    const seen = await headersAt(bed, { traceparent, tracestate: 'rojo=1' });
    assert.ok(seen.traceparent, traceparent);
    assert.notEqual(seen.traceparent.traceId, TRACE);
    assert.deepEqual([seen.traceparent.flags, seen.tracestate], [0, undefined], traceparent);
  }
  for (const spanId of sampled) assert.equal((await spanOf(receiver, spanId)).parentSpanId, PARENT);
  assert.equal(receiver.spans.length, sampled.length);
});

interface Caller {
  readonly bed: EngineBed;
  /** As which instance it calls, or as nobody. */
  readonly localAddress: string;
}

/** Asks the app "stock" at the project door. */
async function callStock({ bed, localAddress }: Caller, headers: Record<string, string> = {}) {
  const door = projectDoorFor(bed.config.runDir);
  const agent = new Agent({ localAddress });
  const answer = await callHost(door.port, 'stock.shop', { address: door.address, headers, agent });
  if (answer.status !== 200) return { status: answer.status, given: undefined };
  const seen = JSON.parse(answer.body) as { readonly headers: Record<string, string> };
  return { status: 200, given: parseTraceparent(seen.headers['traceparent'] ?? '') };
}

function addressOf(bed: EngineBed, appName: string): string {
  const found = [...bed.machine.running.values()].find(({ instance }) => instance.appName === appName);
  return found?.instance.address ?? '';
}

async function toldEdges(bed: EngineBed) {
  const { edges } = await bed.engine.observeEdges();
  return edges.map(({ clientErrorsTotal, requestsTotal, source, targetApp }) => {
    const from = source.type === 'app' ? source.appName : `(${source.type})`;
    return `${from} > ${targetApp}: ${requestsTotal}, ${clientErrorsTotal} refused`;
  });
}

test('a call from app to app is a child of the request that caused it, and an edge of its own', async (t) => {
  const { bed, receiver } = await openBed(t, { network: '80.33', traceRatio: 1 });
  const door = projectDoorFor(bed.config.runDir);
  bed.machine.gateways.set('p1', door.address);
  const web = { ...appFor('web', revisionFor('web-1')), hosts: ['web.test', 'project/web.shop.svc.cluster.local'] };
  const stock = { ...appFor('stock', revisionFor('stock-1')), hosts: ['project/stock.shop.svc.cluster.local'] };
  for (const app of [web, stock]) await bed.engine.applyApp(app);
  const outer = await headersAt(bed);
  const outerSpan = await spanOf(receiver, outer.traceparent?.spanId);
  const traceparent = `00-${outerSpan.traceId}-${outerSpan.spanId}-01`;
  const [caller, nobody] = [addressOf(bed, 'web'), '127.80.33.200'];
  const seeSpan = async (localAddress: string) => {
    const { given } = await callStock({ bed, localAddress }, { traceparent });
    const span = await spanOf(receiver, given?.spanId);
    assert.deepEqual([span.traceId, span.parentSpanId], [outerSpan.traceId, outerSpan.spanId]);
    assert.deepEqual([span.service, span.attributes['slipway.door']], ['stock', 'project']);
    assert.match(String(span.attributes['service.instance.id']), /stock/);
    return span.attributes['slipway.source.app'];
  };
  assert.equal(await seeSpan(caller), 'web', 'it was asleep');
  assert.equal(await seeSpan(caller), 'web');
  assert.equal(await seeSpan(nobody), undefined);
  assert.deepEqual(await toldEdges(bed), [
    '(outside) > web: 1, 0 refused',
    'web > stock: 2, 0 refused',
    '(unknown) > stock: 1, 0 refused',
  ]);
  const retries = { attempts: 2, budgetPercent: 20, anyMethod: false };
  await bed.engine.applyApp({ ...stock, mesh: { callers: ['web'], retries } });
  await until('nobody is let in', async () => (await callStock({ bed, localAddress: nobody })).status === 403);
  assert.equal(await seeSpan(caller), 'web', 'by the hop that tries again');
  const shadow = { ...appFor('shadow', revisionFor('shadow-1')), hosts: ['project/shadow.shop.svc.cluster.local'] };
  await bed.engine.applyApp(shadow);
  const mirror = { percent: 100, host: 'shadow.shop' };
  await bed.engine.applyApp({ ...stock, mesh: { callers: ['web'], retries, mirror } });
  await until('calls are copied', async () => {
    assert.equal(await seeSpan(caller), 'web', 'and by the daemon');
    return addressOf(bed, 'shadow') !== '';
  });
  assert.ok(receiver.spans.every(({ service }) => service !== 'shadow'));
  const before = (await toldEdges(bed))[2];
  assert.match(before ?? '', /^\(unknown\) > stock: \d+, [1-9]\d* refused$/);
  await bed.engine.removeApp({ projectId: 'p1', appName: 'web' });
  assert.deepEqual(await toldEdges(bed), [before]);
});

test('a guarded app has one span for a request, with its instance, and an edge for those it turns away', async (t) => {
  const { bed, receiver } = await openBed(t, { network: '80.34', traceRatio: 1 });
  await bed.engine.applyApp({ ...appFor('web', revisionFor('web-1')), sources: ['127.0.0.1/32'] });
  await until('the guard', async () => (await bed.call('web.test')).status === 200);
  await until('the span', () => receiver.spans.some((span) => span.attributes['service.instance.id'] !== undefined));
  const before = receiver.spans.length;
  const seen = await headersAt(bed);
  const span = await spanOf(receiver, seen.traceparent?.spanId);
  assert.match(String(span.attributes['service.instance.id']), /web/);
  await bed.engine.applyApp({ ...appFor('web', revisionFor('web-1')), sources: ['10.9.9.9/32'] });
  await until('it turns away', async () => (await bed.call('web.test')).status === 403);
  await until('their span', () => receiver.spans.length > before + 1);
  assert.equal(receiver.spans.at(-1)?.attributes['http.response.status_code'], 403);
  assert.equal(new Set(receiver.spans.map(({ spanId }) => spanId)).size, receiver.spans.length);
  const [edge] = (await bed.engine.observeEdges()).edges;
  assert.ok(edge && edge.clientErrorsTotal > 0 && edge.serverErrorsTotal === 0);
});

test('edges tell answers, errors and what gave no answer, and without tracing headers pass as they came', async (t) => {
  const bed = await createEngineBed(t, { network: '80.35', observe: { mode: 'metrics', traceRatio: 1 } });
  const broken = revisionFor('broken-1', { env: { MODE: 'crash' } });
  const apps = [appFor('web', revisionFor('web-1')), appFor('broken', broken)];
  await bed.engine.start({ projects: [], apps });
  const given = { traceparent: 'as it came', tracestate: 'rojo=1' };
  const { body } = await bed.call('web.test', { headers: given });
  const { headers } = JSON.parse(body) as { readonly headers: Record<string, string> };
  assert.deepEqual([headers['traceparent'], headers['tracestate']], [given.traceparent, given.tracestate]);
  const leaving = new AbortController();
  const left = assert.rejects(bed.call('web.test', { path: '/?ms=60000', signal: leaving.signal }));
  const inFlight = async () => (await bed.engine.observeEdges()).edges.map((edge) => edge.requestsInFlight);
  await until('it is under way', async () => (await inFlight())[0] === 1);
  leaving.abort();
  await left;
  await until('it is not', async () => (await inFlight())[0] === 0);
  assert.equal((await bed.call('web.test', { path: '/crash' })).status, 502);
  assert.equal((await bed.call('broken.test')).status, 503);
  assert.equal((await bed.call('nobody.test')).status, 404);
  const seen = async () => {
    const { edges } = await bed.engine.observeEdges();
    return edges.map(({ canceledTotal, noAnswersTotal, requestsTotal, serverErrorsTotal, targetApp }) => ({
      targetApp,
      requestsTotal,
      canceledTotal,
      noAnswersTotal,
      serverErrorsTotal,
    }));
  };
  await until('all are counted', async () => (await seen()).reduce((sum, edge) => sum + edge.requestsTotal, 0) === 4);
  assert.deepEqual(await seen(), [
    { targetApp: 'web', requestsTotal: 3, canceledTotal: 1, noAnswersTotal: 1, serverErrorsTotal: 0 },
    { targetApp: 'broken', requestsTotal: 1, canceledTotal: 0, noAnswersTotal: 0, serverErrorsTotal: 1 },
  ]);
});

test('nobody waits for a daemon that is away, and HAProxy is followed again when it was replaced', async (t) => {
  const { bed, receiver } = await openBed(t, { network: '80.36', traceRatio: 1 });
  await headersAt(bed);
  await bed.engine.stop();
  for (let call = 0; call < 50; call += 1) await headersAt(bed);
  const engine = await bed.restart();
  await engine.start({ projects: [], apps: [appFor('web', revisionFor('web-1'))] });
  const after = await headersAt(bed);
  await spanOf(receiver, after.traceparent?.spanId);
  const pid = Number((await readFile(proxyPathsFor(bed.config.runDir).pidFile, 'utf8')).trim());
  process.kill(pid, 'SIGKILL');
  await until('HAProxy is back', async () => (await bed.call('web.test').catch(() => undefined))?.status === 200);
  const before = receiver.spans.length;
  await until('a span after that', async () => {
    await headersAt(bed);
    return receiver.spans.length > before;
  });
});

test('a collector that is away, refuses or does not answer delays no request', async (t) => {
  const { bed, receiver } = await openBed(t, { network: '80.37', traceRatio: 1 });
  const answers: readonly ((response: ServerResponse) => void)[] = [
    (response) => void response.writeHead(503, { 'retry-after': '0' }).end(),
    (response) => void response.destroy(),
    () => undefined,
  ];
  for (const answer of answers) {
    const asked = Promise.withResolvers<void>();
    receiver.misbehave((response) => {
      answer(response);
      asked.resolve();
    });
    await headersAt(bed);
    await asked.promise;
    await headersAt(bed);
  }
  receiver.misbehave((response) => void response.writeHead(400).end());
  await bed.engine.stop();
  assert.ok(bed.log.some((line) => line.startsWith('The collector does not take what it is sent')));
});
