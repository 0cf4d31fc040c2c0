import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mergePatch } from './merge-patch.ts';

// RFC 7396, appendix A.
const RFC_CASES: readonly (readonly [target: unknown, patch: unknown, result: unknown])[] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

test('mergePatch() gives the results of RFC 7396, appendix A', () => {
  for (const [target, patch, result] of RFC_CASES) assert.deepEqual(mergePatch(target, patch), result);
});

const object = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), fc.jsonValue({ maxDepth: 2 }));

test('mergePatch() is idempotent, keeps what the patch does not name, and changes neither input', () => {
  fc.assert(
    fc.property(object, object, (target, patch) => {
      const [targetText, patchText] = [JSON.stringify(target), JSON.stringify(patch)];
      const once = mergePatch(target, patch) as Record<string, unknown>;
      assert.deepEqual(mergePatch(once, patch), once);
      for (const name of Object.keys(target)) {
        if (!Object.hasOwn(patch, name)) assert.deepEqual(once[name], target[name]);
      }
      for (const [name, value] of Object.entries(patch)) assert.equal(Object.hasOwn(once, name), value !== null);
      assert.deepEqual([JSON.stringify(target), JSON.stringify(patch)], [targetText, patchText]);
    }),
  );
});
