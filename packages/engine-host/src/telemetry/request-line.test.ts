import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDropped, parseRequestLine } from './request-line.ts';

const IDS = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';
const ENDING = '1796046246458 0 2 3 4 5 86 129 GET';

test('parseRequestLine() reads a request without a trace', () => {
  assert.deepEqual(parseRequestLine('public slot3 web-1-abcde 200 -- 12 0 - - -'), {
    kind: 'request',
    door: 'public',
    backend: 'slot3',
    instanceName: 'web-1-abcde',
    status: 200,
    endedBy: '-',
    durationMs: 12,
    retries: 0,
    callerName: undefined,
    doorKey: undefined,
    host: undefined,
    trace: undefined,
  });
});

test('parseRequestLine() reads who asked for what at a door, and what no instance answered', () => {
  const line = parseRequestLine('project activator activator -1 CD -1 +2 web.shop 10.1.0.1 stock.shop%2e');
  assert.ok(line?.kind === 'request');
  assert.deepEqual([line.callerName, line.doorKey, line.host], ['web.shop', '10.1.0.1', 'stock.shop.']);
  assert.deepEqual([line.instanceName, line.status, line.endedBy], [undefined, 0, 'C']);
  assert.deepEqual([line.durationMs, line.retries], [0, 2]);
});

test('parseRequestLine() reads a trace that begins here, and one that goes on', () => {
  const started = parseRequestLine(
    `public slot0 i 200 -- 14 0 - - - ${ENDING} 1 - 00112233aabbccdd b7ad6b7169203331 %2Fa%2520b`,
  );
  assert.ok(started?.kind === 'request');
  assert.deepEqual(started.trace, {
    traceId: '00112233aabbccddb7ad6b7169203331',
    spanId: 'b7ad6b7169203331',
    parentSpanId: undefined,
    flags: 1,
    startMs: 1_796_046_246_460,
    queueMs: 3,
    connectMs: 4,
    responseMs: 5,
    requestBytes: 86,
    responseBytes: 129,
    method: 'GET',
    path: '/a%20b',
  });
  const continued = parseRequestLine(
    `public slot0 i 200 -- 14 0 - - - ${ENDING} 3 00-${IDS}-03 00112233aabbccdd 53d28565ed2c07fe %2F`,
  );
  assert.ok(continued?.kind === 'request');
  const { flags, parentSpanId, spanId, traceId } = continued.trace ?? {};
  assert.deepEqual([traceId, parentSpanId], IDS.split('-'));
  assert.deepEqual([spanId, flags], ['53d28565ed2c07fe', 3]);
});

test('parseRequestLine() makes no trace of a request that is not sampled', () => {
  const line = parseRequestLine('public slot0 i 200 -- 14 0 - - - 1796046246458 0 2 3 4 5 86 129 -');
  assert.ok(line?.kind === 'request');
  assert.equal(line.trace, undefined);
});

test('parseRequestLine() reads which instance a held request reached', () => {
  assert.deepEqual(parseRequestLine(`pass slot3 web-1 1 2 3 4 00-${IDS}-01`), {
    kind: 'passing',
    spanId: 'b7ad6b7169203331',
    backend: 'slot3',
    instanceName: 'web-1',
    retries: 1,
    queueMs: 2,
    connectMs: 3,
    responseMs: 4,
  });
  for (const server of ['activator', '<NOSRV>', 'guard'])
    assert.equal(parseRequestLine(`pass activator ${server} 0 2 3 4 00-${IDS}-01`), undefined);
});

test('parseRequestLine() takes nothing that is cut or was never such a line', () => {
  const lines = [
    '',
    '2.6.12-1+deb12u4',
    'public slot3 web',
    `public slot0 i 200 -- 14 0 - - - ${ENDING} 1 -`,
    'pass a b',
    'x y',
  ];
  for (const line of lines) assert.equal(parseRequestLine(line), undefined, line);
  const cut = parseRequestLine('public activator activator 200 -- 1 0 - - %zz%2');
  assert.ok(cut?.kind === 'request');
  assert.equal(cut.host, '%zz%2');
});

test('parseDropped() reads how many lines HAProxy left out', () => {
  assert.deepEqual(
    ['1 event dropped', '75217 events dropped', '', 'public slot3 web-1 200'].map(parseDropped),
    [1, 75_217, 0, 0],
  );
});
