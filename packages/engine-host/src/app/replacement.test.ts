import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instancesWhileReplacing, isOutdated } from './replacement.ts';

test('isOutdated() means what is older than the restart, and what is named', () => {
  const place = { name: 'web-1-abcde', createdAt: '2026-01-01T00:00:01.000Z' };
  const order = (createdBefore: string, instanceNames: readonly string[] = []) => ({ createdBefore, instanceNames });
  assert.equal(isOutdated(place, undefined), false);
  assert.equal(isOutdated(place, order('2026-01-01T00:00:01.000Z')), false);
  assert.equal(isOutdated(place, order('2026-01-01T00:00:01.001Z')), true);
  assert.equal(isOutdated(place, { instanceNames: ['web-1-abcde'] }), true);
  assert.equal(isOutdated(place, { instanceNames: ['web-1-other'] }), false);
});

test('instancesWhileReplacing() starts one beside those that are wanted', () => {
  assert.deepEqual(
    [
      [0, 0],
      [3, 0],
      [3, 2],
      [0, 1],
    ].map(([wanted = 0, outdated = 0]) => instancesWhileReplacing(wanted, outdated)),
    [0, 3, 4, 0],
  );
});
