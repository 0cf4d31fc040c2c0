import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobRun } from '@slipway/spec';
import { rerunOf } from './resubmit.ts';
import { jobRunFor } from './submit.ts';

const BEFORE: JobRun = {
  name: 'report-jobrun-1',
  job_name: 'report',
  image_reference: 'registry.example/report:1',
  run_mode: 'task',
  run_arguments: ['-v'],
  run_commands: [],
  run_env_variables: [{ type: 'literal', name: 'A', value: '1' }],
  run_volume_mounts: [],
  computed_env_variables: [],
  scale_array_spec: '0-4',
  scale_array_size_variable_override: 9,
  scale_max_execution_time: 60,
  scale_retry_limit: 1,
  status: 'failed',
};

test('rerunOf() takes the settings of the run and none of what became of it', () => {
  assert.deepEqual(rerunOf(BEFORE, {}), {
    job_name: 'report',
    image_reference: 'registry.example/report:1',
    run_arguments: ['-v'],
    run_commands: [],
    run_env_variables: [{ type: 'literal', name: 'A', value: '1' }],
    run_mode: 'task',
    run_volume_mounts: [],
    scale_array_size_variable_override: 9,
    scale_array_spec: '0-4',
    scale_max_execution_time: 60,
    scale_retry_limit: 1,
  });
});

test('rerunOf() changes what the options say', () => {
  const options = { name: 'again', arrayIndexes: '3', env: ['B=2'], argumentsClear: true, arraySizeVariable: 5 };
  const rerun = rerunOf(BEFORE, options);
  assert.deepEqual([rerun.name, rerun.scale_array_spec, rerun.run_arguments], ['again', '3', []]);
  assert.equal(rerun.scale_array_size_variable_override, 5);
  assert.deepEqual(
    rerun.run_env_variables?.map(({ name }) => name),
    ['A', 'B'],
  );
});

test('rerunOf() as a daemon leaves behind what only tasks have', () => {
  const rerun = rerunOf(BEFORE, { mode: 'daemon' });
  assert.deepEqual(
    [rerun.run_mode, rerun.scale_max_execution_time, rerun.scale_retry_limit],
    ['daemon', undefined, undefined],
  );
});

test('jobRunFor() keeps the variables of the job beside its own', () => {
  const job = [{ type: 'literal' as const, name: 'A', value: '1' }];
  assert.deepEqual(jobRunFor({ job: 'report' }, { run_env_variables: job }), { job_name: 'report' });
  const run = jobRunFor({ job: 'report', env: ['B=2'], arraySizeVariable: 4 }, { run_env_variables: job });
  assert.deepEqual(
    run.run_env_variables?.map(({ name }) => name),
    ['A', 'B'],
  );
  assert.equal(run.scale_array_size_variable_override, 4);
});
