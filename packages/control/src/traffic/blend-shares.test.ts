import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blendShares, distance } from './blend-shares.ts';

const shares = (parts: Readonly<Record<string, number>>) =>
  Object.entries(parts).map(([revisionName, percent]) => ({ revisionName, percent }));

const asParts = (list: ReturnType<typeof shares> | ReturnType<typeof blendShares>) =>
  Object.fromEntries(list.map(({ percent, revisionName }) => [revisionName, percent]));

test('blendShares() moves so many per cent, in whole numbers that make 100', () => {
  const cases = [
    { from: { a: 100 }, to: { b: 100 }, moved: 10, blended: { b: 10, a: 90 } },
    { from: { a: 100 }, to: { b: 100 }, moved: 100, blended: { b: 100 } },
    { from: { a: 100 }, to: { b: 100 }, moved: 130, blended: { b: 100 } },
    { from: { a: 100 }, to: { b: 50, c: 50 }, moved: 10, blended: { a: 90, b: 5, c: 5 } },
    { from: { a: 100 }, to: { b: 50, c: 50 }, moved: 15, blended: { a: 85, b: 8, c: 7 } },
    { from: { a: 60, b: 40 }, to: { b: 60, a: 40 }, moved: 10, blended: { a: 50, b: 50 } },
    { from: { a: 34, b: 33, c: 33 }, to: { d: 100 }, moved: 50, blended: { d: 50, a: 17, b: 17, c: 16 } },
  ];
  for (const { blended, from, moved, to } of cases) {
    assert.deepEqual(
      asParts(blendShares(shares(from), shares(to), moved)),
      blended,
      JSON.stringify({ from, to, moved }),
    );
  }
});

test('distance() is what has to change hands', () => {
  assert.equal(distance(shares({ a: 100 }), shares({ a: 50, b: 50 })), 50);
  assert.equal(distance(shares({ a: 100 }), shares({ b: 100 })), 100);
  assert.equal(distance(shares({ a: 40, b: 60 }), shares({ b: 60, a: 40 })), 0);
});
