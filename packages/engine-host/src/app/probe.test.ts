import assert from 'node:assert/strict';
import { test } from 'node:test';
import { probePauseMs } from './probe.ts';

const CASES: readonly (readonly [elapsedMs: number, pauseMs: number])[] = [
  [0, 0],
  [2.9, 0],
  [3, 1],
  [99, 1],
  [200, 10],
  [60_000, 50],
];

for (const [elapsedMs, pauseMs] of CASES) {
  test(`probePauseMs() waits ${pauseMs} ms after ${elapsedMs} ms`, () => {
    assert.equal(probePauseMs(elapsedMs), pauseMs);
  });
}
