import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobPrototype } from '@slipway/spec';
import { openControlBench, refusedWith, type ControlBench } from './control-bench.ts';

const IMAGE = 'docker.io/fake/good:latest';

function createJob(bench: ControlBench, body: Partial<JobPrototype> = {}, force?: boolean) {
  const complete = { name: 'nightly', image_reference: 'fake/good', ...body };
  const query = { ...(force !== undefined && { force }) };
  return bench.call('createJob', { project_id: bench.projectId }, { query, body: complete });
}

test('a job is created with the documented defaults, updated, listed and deleted with its runs', async (t) => {
  const bench = await openControlBench(t);
  const params = { project_id: bench.projectId, name: 'nightly' };
  const created = await createJob(bench);
  const { scale_array_spec, scale_cpu_limit, scale_memory_limit, scale_retry_limit } = created;
  assert.deepEqual([scale_array_spec, scale_cpu_limit, scale_memory_limit, scale_retry_limit], ['0', '1', '4G', 3]);
  assert.equal(created.scale_max_execution_time, 7200);
  assert.equal(created.image_reference, IMAGE);
  assert.equal(created.resource_type, 'job_v2');
  assert.ok(created.computed_env_variables.some(({ name, value }) => name === 'CE_JOB' && value === 'nightly'));
  const body = { run_mode: 'daemon', scale_array_spec: '0-4' } as const;
  const changed = await bench.call('updateJob', params, { body, ifMatch: created.entity_tag });
  assert.equal(changed.scale_retry_limit, undefined);
  assert.deepEqual(await bench.call('getJob', params), changed);
  assert.equal((await bench.call('listJobs', { project_id: bench.projectId })).jobs.length, 1);
  const run = await bench.call('createJobRun', { project_id: bench.projectId }, { body: { job_name: 'nightly' } });
  await bench.call('deleteJob', params);
  const gone = bench.call('getJobRun', { ...params, name: run.name ?? '' });
  await assert.rejects(gone, refusedWith('resource_not_found', /job run/));
});

test('a job run holds a copy of the job, replaces single settings, and stays pending', async (t) => {
  const bench = await openControlBench(t);
  const project = { project_id: bench.projectId };
  await createJob(bench, { scale_array_spec: '1-5', run_env_variables: [{ name: 'A', value: '1' }] });
  const body = { job_name: 'nightly', scale_array_size_variable_override: 9, scale_retry_limit: 0 };
  const run = await bench.call('createJobRun', project, { body });
  assert.match(run.name ?? '', /^nightly-jobrun-[a-z0-9]{5}$/);
  assert.equal(run.status, 'pending');
  assert.equal(run.status_details?.pending, 5);
  assert.equal(run.status_details?.pending_indices, '1-5');
  assert.equal(run.scale_retry_limit, 0);
  assert.ok(run.computed_env_variables.some(({ name, value }) => name === 'JOB_ARRAY_SIZE' && value === '9'));
  const alone = await bench.call('createJobRun', project, { body: { name: 'once', image_reference: IMAGE } });
  assert.equal(alone.job_name, undefined);
  await bench.call('updateJob', { ...project, name: 'nightly' }, { body: { run_env_variables: [] }, ifMatch: '*' });
  assert.deepEqual(await bench.call('getJobRun', { ...project, name: run.name ?? '' }), run);
  const ofJob = await bench.call('listJobRuns', project, { query: { job_name: 'nightly' } });
  assert.deepEqual(
    ofJob.job_runs.map(({ name }) => name),
    [run.name],
  );
  assert.equal((await bench.call('listJobRuns', project)).job_runs.length, 2);
  await bench.call('deleteJobRun', { ...project, name: 'once' });
});

test('jobs and job runs: what is refused', async (t) => {
  const bench = await openControlBench(t);
  const project = { project_id: bench.projectId };
  const params = { ...project, name: 'nightly' };
  await createJob(bench);
  await assert.rejects(createJob(bench), refusedWith('name_taken', /job "nightly"/));
  await assert.rejects(createJob(bench, { name: 'Nightly' }), refusedWith('invalid_field', /name = /));
  await assert.rejects(createJob(bench, { name: 'a', scale_cpu_limit: '3' }), refusedWith('invalid_field', /cpu/));
  const named = { name: 'b', image_secret: 'none' };
  await assert.rejects(
    createJob(bench, named, false),
    refusedWith('invalid_field', /image_secret = "none": there is no/),
  );
  assert.equal((await createJob(bench, named)).image_secret, 'none');
  const update = (ifMatch: string) => bench.call('updateJob', params, { body: { scale_retry_limit: 1 }, ifMatch });
  await assert.rejects(update('stale'), refusedWith('entity_tag_mismatch'));
  await assert.rejects(bench.call('deleteJob', { ...project, name: 'none' }), refusedWith('resource_not_found'));
  const run = (body: object) => bench.call('createJobRun', project, { body });
  await assert.rejects(run({}), refusedWith('invalid_field', /an image or a job/));
  await assert.rejects(run({ job_name: 'none' }), refusedWith('resource_not_found', /job "none"/));
  await assert.rejects(run({ job_name: 'nightly', name: 'x'.repeat(54) }), refusedWith('invalid_field', /54/));
  await assert.rejects(run({ job_name: 'nightly', scale_array_spec: '3-1' }), refusedWith('invalid_field', /1-3/));
  await run({ job_name: 'nightly', name: 'one' });
  await assert.rejects(run({ job_name: 'nightly', name: 'one' }), refusedWith('name_taken', /job run "one"/));
  await assert.rejects(bench.call('deleteJobRun', { ...project, name: 'none' }), refusedWith('resource_not_found'));
});
