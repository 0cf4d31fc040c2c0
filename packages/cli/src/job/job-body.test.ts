import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arraySizeOf } from './array-size.ts';
import { jobSettings } from './job-body.ts';

test('jobSettings() sends only what was given', () => {
  assert.deepEqual(jobSettings({}), {});
  const options = { mode: 'task', maxExecutionTime: 60, retryLimit: 0, arrayIndexes: '1-5, 7', env: ['A=1'] };
  assert.deepEqual(jobSettings(options), {
    run_env_variables: [{ type: 'literal', name: 'A', value: '1' }],
    run_mode: 'task',
    scale_array_spec: '1-5,7',
    scale_max_execution_time: 60,
    scale_retry_limit: 0,
  });
});

test('jobSettings() makes indices of a size', () => {
  assert.equal(jobSettings({ arraySize: 1 }).scale_array_spec, '0');
  assert.equal(jobSettings({ arraySize: 1000 }).scale_array_spec, '0-999');
  assert.throws(() => jobSettings({ arraySize: 0 }), /--array-size 0: it takes 1 or more/);
  assert.throws(() => jobSettings({ arraySize: 2, arrayIndexes: '0' }), /--array-size with --array-indexes: one/);
});

test('arraySizeOf() counts indices and ranges', () => {
  const cases = { '0': 1, '0-4': 5, '0-4,7': 6, '1-5,7-8,10': 8 };
  for (const [indices, size] of Object.entries(cases)) assert.equal(arraySizeOf(indices), size, indices);
});
