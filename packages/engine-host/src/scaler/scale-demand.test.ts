import assert from 'node:assert/strict';
import { test } from 'node:test';
import { averageDemand, peakDemand } from './scale-demand.ts';

test('averageDemand() weighs by time, over the age of a young history', () => {
  const samples = [
    { atMs: 0, inFlight: 10, queued: 0 },
    { atMs: 1_000, inFlight: 0, queued: 0 },
  ];
  assert.equal(averageDemand(samples, 10_000, 10_000), 1);
  assert.equal(averageDemand(samples, 2_000, 10_000), 5);
  assert.equal(averageDemand(samples, 10_000, 5_000), 0);
  assert.equal(averageDemand([], 10_000, 5_000), 0);
  assert.equal(averageDemand([{ atMs: 7, inFlight: 3, queued: 4 }], 7, 5_000), 7);
});

test('peakDemand() is the most at once that still held inside the window', () => {
  const samples = [
    { atMs: 0, inFlight: 9, queued: 1 },
    { atMs: 1_000, inFlight: 2, queued: 0 },
    { atMs: 2_000, inFlight: 1, queued: 0 },
  ];
  assert.equal(peakDemand(samples, 2_000, 1_500), 10);
  assert.equal(peakDemand(samples, 2_500, 1_000), 2);
  assert.equal(peakDemand(samples, 9_000, 1_000), 1);
  assert.equal(peakDemand([], 9_000, 1_000), 0);
});
