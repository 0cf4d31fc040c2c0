import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXAMPLE_SPAN as SPAN } from '../testing/example-span.ts';
import { metricsRequestFor, traceRequestFor } from './otlp-json.ts';

test('traceRequestFor() has one resource for each app, and ids and times as the mapping wants them', () => {
  const request = traceRequestFor([SPAN, { ...SPAN, appName: 'api' }, { ...SPAN, spanId: '53d28565ed2c07fe' }]) as {
    readonly resourceSpans: readonly {
      readonly resource: { readonly attributes: unknown };
      readonly scopeSpans: readonly [{ readonly spans: readonly Record<string, unknown>[] }];
    }[];
  };
  const [web, api, ...others] = request.resourceSpans;
  assert.deepEqual(others, []);
  assert.deepEqual(web?.resource.attributes, [
    { key: 'service.name', value: { stringValue: 'web' } },
    { key: 'service.namespace', value: { stringValue: 'p1' } },
  ]);
  assert.deepEqual([web?.scopeSpans[0].spans.length, api?.scopeSpans[0].spans.length], [2, 1]);
  const { attributes, ...span } = web?.scopeSpans[0].spans[0] ?? {};
  assert.deepEqual(span, {
    traceId: SPAN.traceId,
    spanId: SPAN.spanId,
    flags: 1,
    name: 'GET',
    kind: 2,
    startTimeUnixNano: '1796046246460000000',
    endTimeUnixNano: '1796046246474000000',
    status: {},
  });
  const told = new Map((attributes as { key: string; value: object }[]).map(({ key, value }) => [key, value]));
  assert.deepEqual(told.get('http.response.status_code'), { intValue: '200' });
  assert.deepEqual(told.get('slipway.source.app'), { stringValue: 'shop' });
  assert.equal(told.has('error.type'), false);
});

test('traceRequestFor() marks what failed, and no method of the caller’s invention becomes a name', () => {
  const failed = {
    ...SPAN,
    method: 'BREW',
    status: 0,
    outcome: 'no_answer',
    parentSpanId: '53d28565ed2c07fe',
  } as const;
  const text = JSON.stringify(traceRequestFor([failed]));
  assert.match(text, /"name":"HTTP"/);
  assert.match(text, /"parentSpanId":"53d28565ed2c07fe"/);
  assert.match(text, /"status":\{"code":2\}/);
  assert.match(text, /"error.type","value":\{"stringValue":"no_answer"\}/);
  assert.doesNotMatch(text, /BREW|status_code/);
});

test('metricsRequestFor() takes buckets that add up apart, and counts outcomes once', () => {
  const edge = {
    projectId: 'p1',
    source: { type: 'outside' },
    targetApp: 'web',
    requestsTotal: 10,
    requestsInFlight: 6,
    clientErrorsTotal: 1,
    serverErrorsTotal: 2,
    noAnswersTotal: 0,
    canceledTotal: 0,
    durationSumMs: 1_500,
    buckets: [
      { atMostMs: 5, count: 4 },
      { atMostMs: 10, count: 9 },
    ],
  } as const;
  const text = JSON.stringify(metricsRequestFor([edge], { startMs: 1, nowMs: 2 }));
  assert.match(text, /"count":"10","sum":1.5,"explicitBounds":\[0.005,0.01\],"bucketCounts":\["4","5","1"\]/);
  assert.deepEqual(
    [...text.matchAll(/"asInt":"(\d+)"/g)].map(([, count]) => count),
    ['7', '1', '2', '0', '0', '6'],
  );
});
