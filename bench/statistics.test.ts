import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quantile, ratio, rotate, summarize } from './statistics.ts';

test('quantile() interpolates between neighbours and does not care for order', () => {
  assert.equal(quantile([3, 1, 2], 0.5), 2);
  assert.equal(quantile([4, 1, 3, 2], 0.5), 2.5);
  assert.equal(quantile([10], 0.99), 10);
  assert.ok(Number.isNaN(quantile([], 0.5)));
});

test('summarize() gives median and quartiles', () => {
  assert.deepEqual(summarize([1, 2, 3, 4, 5]), { median: 3, low: 2, high: 4, rounds: 5 });
});

test('ratio() compares rounds in pairs, so a slow moment of the machine cancels out', () => {
  assert.equal(ratio([2, 20, 2], [1, 10, 1]).median, 2);
  assert.equal(ratio([2, 4, 9], [1]).rounds, 1);
});

test('rotate() lets every series be first once', () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((round) => rotate(['a', 'b', 'c'], round)[0]),
    ['a', 'b', 'c', 'a'],
  );
  assert.deepEqual(rotate([], 2), []);
});
