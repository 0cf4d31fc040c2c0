import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quantileMs } from './quantile.ts';

const BUCKETS = [
  { atMostMs: 10, count: 40 },
  { atMostMs: 20, count: 90 },
  { atMostMs: 40, count: 90 },
];

test('quantileMs() draws a straight line inside the bucket', () => {
  const seen = { requestsTotal: 100, buckets: BUCKETS };
  assert.deepEqual(
    [0, 0.4, 0.5, 0.9].map((quantile) => quantileMs(seen, quantile)),
    [0, 10, 12, 20],
  );
});

test('quantileMs() tells the last step for what is slower, and 0 for nothing', () => {
  assert.equal(quantileMs({ requestsTotal: 100, buckets: BUCKETS }, 0.99), 40);
  assert.equal(quantileMs({ requestsTotal: 0, buckets: BUCKETS.map((one) => ({ ...one, count: 0 })) }, 0.5), 0);
});
