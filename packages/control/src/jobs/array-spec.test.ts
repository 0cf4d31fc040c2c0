import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arraySizeOf, arraySpecProblem } from './array-spec.ts';

test('arraySizeOf() counts the indices of all parts', () => {
  for (const [spec, size] of [
    ['0', 1],
    ['0-9', 10],
    ['1-5,7-8,10', 8],
    ['9999999', 1],
    ['5-5', 1],
  ] as const) {
    assert.equal(arraySizeOf(spec), size, spec);
    assert.equal(arraySpecProblem(spec), undefined, spec);
  }
});

test('arraySpecProblem() refuses what cannot be run, and says the fix', () => {
  const bad = [
    ['5-1', /Write 1-5/],
    ['1-5,5', /names an index twice/],
    ['7,1-9', /names an index twice/],
    ['10000000', /too large/],
    ['0-1000', /makes 1001 instances/],
  ] as const;
  for (const [spec, text] of bad) {
    const problem = arraySpecProblem(spec);
    assert.match(`${problem?.rule}. ${problem?.fix}`, text, spec);
  }
});
