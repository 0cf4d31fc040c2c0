import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameProblem } from '@slipway/spec';
import { revisionNameFor } from './revision-record.ts';

test('revisionNameFor() counts, and stays a valid name of its own however long the app is called', () => {
  assert.equal(revisionNameFor('web', 1), 'web-00001');
  assert.equal(revisionNameFor('web', 123_456), 'web-123456');
  const names = [57, 58, 63].map((length) => revisionNameFor('x'.repeat(length), 1));
  assert.equal(new Set(names).size, 3);
  assert.equal(names[0], `${'x'.repeat(57)}-00001`);
  for (const name of names) assert.equal(nameProblem('revision', name), undefined, name);
  assert.equal(nameProblem('revision', revisionNameFor(`${'a'.repeat(47)}-${'b'.repeat(15)}`, 1)), undefined);
});
