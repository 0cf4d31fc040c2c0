import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pauseAfterTriesMs, PrepareTries } from './prepare-tries.ts';

test('pauseAfterTriesMs() grows from nothing to ten minutes', () => {
  const pauses = [1, 2, 3, 4, 8, 9, 10, 1_000].map((tries) => pauseAfterTriesMs(tries) / 1_000);
  assert.deepEqual(pauses, [0, 0, 10, 20, 320, 600, 600, 600]);
});

test('PrepareTries counts for each sleep anew', () => {
  const tries = new PrepareTries();
  const sleeper = { ownerId: 'a', lastUsedAtMs: 1 };
  for (let count = 0; count < 3; count += 1) tries.note(sleeper, 100);
  assert.equal(tries.nextAtMs(sleeper), 10_100);
  assert.equal(tries.nextAtMs({ ...sleeper, lastUsedAtMs: 2 }), 0);
  tries.forget('a');
  assert.equal(tries.nextAtMs(sleeper), 0);
});
