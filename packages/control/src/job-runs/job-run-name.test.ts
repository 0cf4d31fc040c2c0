import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameProblem } from '@slipway/spec';
import { jobRunNameFor } from './job-run-name.ts';

test('jobRunNameFor() makes a name of the job that is not too long', () => {
  const random = (length: number) => 'x'.repeat(length);
  assert.equal(jobRunNameFor('nightly', random), 'nightly-jobrun-xxxxx');
  assert.equal(jobRunNameFor('', random), 'jobrun-xxxxx');
  const long = jobRunNameFor(`${'a'.repeat(38)}-${'b'.repeat(24)}`, random);
  assert.equal(nameProblem('job_run', long), undefined, long);
});
