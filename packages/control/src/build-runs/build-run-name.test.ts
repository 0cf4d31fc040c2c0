import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameProblem } from '@slipway/spec';
import { buildRunNameFor } from './build-run-name.ts';

test('buildRunNameFor() dates the run, and stays a valid name however long the build is called', () => {
  const now = new Date('2026-01-31T12:34:56.789Z');
  assert.equal(buildRunNameFor('web', now), 'web-run-260131-123456789');
  assert.equal(buildRunNameFor('', now), 'build-run-260131-123456789');
  for (const length of [40, 41, 42, 43, 62, 63]) {
    const name = buildRunNameFor(`${'x'.repeat(length - 1)}-`.slice(0, length - 1) + 'x', now);
    assert.equal(nameProblem('build_run', name), undefined, name);
  }
});
