import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sparesWanted } from './spare-networks.ts';

test('sparesWanted() follows a wave at once, forgets it by halves, and has bounds', () => {
  const seen: number[] = [];
  let wanted = 2;
  for (const taken of [1, 10, 1, 1, 1, 1, 200, 0]) {
    wanted = sparesWanted(wanted, taken);
    seen.push(wanted);
  }
  assert.deepEqual(seen, [2, 10, 5, 3, 2, 2, 16, 8]);
});
