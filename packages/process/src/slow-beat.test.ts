import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BEAT_MS, delayToBeat } from './slow-beat.ts';

test('delayToBeat() leads to a beat, whenever it is asked', () => {
  assert.equal(delayToBeat(60_000, 0), 60_000);
  assert.equal(delayToBeat(60_000, 12_345), 77_655);
  for (const nowMs of [0, 1, 999, 14_999, 29_999, 30_000, 123_456.7]) {
    const at = nowMs + delayToBeat(BEAT_MS, nowMs);
    assert.equal(Math.round(at) % BEAT_MS, 0, `asked at ${nowMs}`);
    assert.ok(at - nowMs >= BEAT_MS - 1_000 && at - nowMs < 2 * BEAT_MS, `asked at ${nowMs}`);
  }
});

test('delayToBeat() skips no beat for a look that took a moment', () => {
  assert.equal(delayToBeat(60_000, 30_000 + 700), 59_300);
  assert.equal(delayToBeat(BEAT_MS, 30_000 + 1), 29_999);
});

test('delayToBeat() is never in the past', () => {
  assert.equal(delayToBeat(0, BEAT_MS + 1), 0);
  assert.equal(delayToBeat(0, 5_000), 25_000);
});
