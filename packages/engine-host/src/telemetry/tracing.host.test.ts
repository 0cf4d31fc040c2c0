/** Trace context, spans and edges with HAProxy as it is shipped and a collector that checks what it is sent. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { appFor, createEngineBed, revisionFor, until, type EngineBed } from '../testing/engine-bed.ts';
import { openOtlpReceiver, type OtlpReceiver } from '../testing/otlp-receiver.ts';
import { parseTraceparent } from './trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

async function openBed(t: TestContext, options: { network: string; traceRatio: number }) {
  const receiver = await openOtlpReceiver(t);
  const { network, traceRatio } = options;
  const observe = { mode: 'traces', traceRatio, otlp: { endpoint: receiver.endpoint } } as const;
  const bed = await createEngineBed(t, { network, observe });
  await bed.engine.start({ projects: [], apps: [appFor('web', revisionFor('web-1'))] });
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
