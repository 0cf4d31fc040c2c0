import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideRevisionsToDelete } from './revision-retention.ts';

test('decideRevisionsToDelete() keeps the serving, the newest, and the latest others up to three', () => {
  const cases = [
    { numbers: [1], serving: '1', latest: '1', gone: [] },
    { numbers: [1, 2, 3], serving: '3', latest: '3', gone: [] },
    { numbers: [1, 2, 3, 4], serving: '4', latest: '4', gone: [1] },
    { numbers: [1, 2, 3, 4], serving: '1', latest: '4', gone: [2] },
    { numbers: [1, 2, 3, 4, 5], serving: undefined, latest: '5', gone: [1, 2] },
    { numbers: [5, 1, 4, 2, 3], serving: '2', latest: '5', gone: [1, 3] },
  ] as const;
  for (const { numbers, serving, latest, gone } of cases) {
    const marks = numbers.map((number) => ({ name: String(number), number }));
    assert.deepEqual(
      decideRevisionsToDelete(marks, { serving, latest }).map((mark) => mark.number),
      gone,
    );
  }
});
