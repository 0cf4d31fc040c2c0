import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRangesProblem } from './open-ranges-problem.ts';

test('openRangesProblem() lets private ranges be opened, and names what is none', () => {
  assert.equal(openRangesProblem({}), undefined);
  assert.equal(openRangesProblem({ openRanges: [{ cidr: '10.20.0.0/16' }] }), undefined);
  assert.equal(openRangesProblem({ openRanges: [{ cidr: '192.168.4.0/24', projects: ['a'] }] }), undefined);
  const bad: readonly (readonly [unknown, RegExp])[] = [
    [{}, /openRanges: it must be a list/],
    [[{ cidr: '169.254.0.0/16' }], /openRanges\[0\]\.cidr = "169\.254\.0\.0\/16": it must be/],
    [[{ cidr: '127.0.0.0/8' }], /cidr/],
    [[{ cidr: '0.0.0.0/0' }], /cidr/],
    [[{ cidr: '10.0.0.1/8' }], /begin where it begins/],
    [['10.0.0.0/8'], /cidr = nothing|no such field/],
    [[{ cidr: '10.0.0.0/8', projects: 'a' }], /projects: it must be a list/],
    [[{ cidr: '10.0.0.0/8', project: ['a'] }], /openRanges\[0\]\.project: there is no such field/],
  ];
  for (const [openRanges, expected] of bad) assert.match(openRangesProblem({ openRanges }) ?? '', expected);
});
