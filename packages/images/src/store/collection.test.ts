import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideCollection, type CollectableImage } from './collection.ts';

function image(name: string, usedAt: string, layers: Readonly<Record<string, number>>): CollectableImage {
  const list = Object.entries(layers).map(([id, sizeBytes]) => ({ id, sizeBytes }));
  return { imageId: name, references: [`r/${name}@sha256:1`], layers: list, usedAt };
}

const OLD = image('old', '2026-01-01T00:00:00.000Z', { base: 100, old: 10 });
const MIDDLE = image('middle', '2026-02-01T00:00:00.000Z', { base: 100, middle: 10 });
const NEW = image('new', '2026-03-01T00:00:00.000Z', { base: 100, new: 10 });
const ALL = [NEW, OLD, MIDDLE];

test('decideCollection() removes the longest unused first, and only until the rest fits', () => {
  const table: readonly (readonly [number, readonly string[], readonly string[]])[] = [
    [130, [], []],
    [129, [], ['old']],
    [119, [], ['old', 'middle']],
    [0, [], ['old', 'middle', 'new']],
    [119, ['r/old@sha256:1'], ['middle', 'new']],
    [0, ['r/old@sha256:1', 'r/middle@sha256:1', 'r/new@sha256:1'], []],
  ];
  for (const [budgetBytes, inUse, expected] of table) {
    const removed = decideCollection(ALL, new Set(inUse), { budgetBytes, usedBefore: '2027' });
    assert.deepEqual(
      removed.map(({ imageId }) => imageId),
      expected,
      `${budgetBytes} with ${inUse.join(', ')}`,
    );
  }
});

test('decideCollection() counts a shared layer once', () => {
  assert.deepEqual(decideCollection(ALL, new Set(), { budgetBytes: 130, usedBefore: '2027' }), []);
});

test('decideCollection() leaves what was used a moment ago', () => {
  const removed = decideCollection(ALL, new Set(), { budgetBytes: 0, usedBefore: '2026-02-01T00:00:00.000Z' });
  assert.deepEqual(
    removed.map(({ imageId }) => imageId),
    ['old'],
  );
});
