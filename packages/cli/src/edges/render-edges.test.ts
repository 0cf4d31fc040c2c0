import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderEdges } from './render-edges.ts';

test('renderEdges() shows who calls whom, how often and how long it took', () => {
  const counts = {
    requests_total: 12,
    requests_in_flight: 4,
    client_errors_total: 1,
    server_errors_total: 2,
    no_answers_total: 3,
  };
  const edge = { ...counts, canceled_total: 0, mean_ms: 4, p50_ms: 3.25, p95_ms: 40, p99_ms: 100, buckets: [] };
  const text = renderEdges([
    { ...edge, source_type: 'outside', target_app_name: 'web' },
    { ...edge, source_type: 'app', source_app_name: 'web', target_app_name: 'stock' },
    { ...edge, source_type: 'other' },
  ]);
  assert.equal(
    text,
    [
      'From       To     Requests  In flight  4xx  5xx  No answer  Canceled  p50 ms  p95 ms  p99 ms',
      '(outside)  web    12        4          1    2    3          0         3.3     40.0    100.0',
      'web        stock  12        4          1    2    3          0         3.3     40.0    100.0',
      '(other)    -      12        4          1    2    3          0         3.3     40.0    100.0',
      '',
    ].join('\n'),
  );
});
