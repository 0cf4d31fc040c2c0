import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideRevisionsToDelete } from './revision-retention.ts';

test('decideRevisionsToDelete() keeps what is in use, and the latest others up to the limit', () => {
  const cases = [
    { numbers: [1], inUse: ['1'], max: 3, gone: [] },
    { numbers: [1, 2, 3], inUse: ['3'], max: 3, gone: [] },
    { numbers: [1, 2, 3, 4], inUse: ['4'], max: 3, gone: [1] },
    { numbers: [1, 2, 3, 4], inUse: ['1', '4'], max: 3, gone: [2] },
    { numbers: [1, 2, 3, 4, 5], inUse: ['5'], max: 3, gone: [1, 2] },
    { numbers: [1, 2, 3, 4, 5], inUse: ['5'], max: 5, gone: [] },
    { numbers: [1, 2, 3, 4, 5], inUse: ['1', '2', '4', '5'], max: 3, gone: [3] },
    { numbers: [5, 1, 4, 2, 3], inUse: ['2', '5'], max: 3, gone: [1, 3] },
  ] as const;
  for (const { numbers, inUse, max, gone } of cases) {
    const marks = numbers.map((number) => ({ name: String(number), number }));
    assert.deepEqual(
      decideRevisionsToDelete(marks, { inUse: new Set(inUse), revisionsMax: max }).map((mark) => mark.number),
      gone,
    );
  }
});
