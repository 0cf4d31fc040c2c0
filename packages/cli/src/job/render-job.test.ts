import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job, JobRun } from '@slipway/spec';
import { renderJob, renderJobList } from './render-job.ts';

const NOW_MS = Date.parse('2026-03-04T12:00:00Z');
const CONTAINER = {
  computed_env_variables: [],
  run_arguments: [],
  run_commands: ['node', 'report.js'],
  run_env_variables: [],
  run_volume_mounts: [],
};
const JOB: Job = {
  ...CONTAINER,
  id: 'j1',
  name: 'report',
  project_id: 'p1',
  created_at: '2026-03-04T11:59:01Z',
  entity_tag: '1',
  image_reference: 'registry.example/report:1',
  run_mode: 'daemon',
  run_service_account: 'none',
  scale_array_spec: '0',
  scale_cpu_limit: '1',
  scale_ephemeral_storage_limit: '400M',
  scale_memory_limit: '4G',
};
const RUN: JobRun = { ...CONTAINER, name: 'report-jobrun-1', job_name: 'report', created_at: '2026-03-04T11:59:30Z' };

test('renderJob() shows a job with the labels of the public command line', () => {
  assert.equal(
    renderJob({ job: JOB, lastRun: RUN, projectName: 'shop', nowMs: NOW_MS }),
    `Name:          report
ID:            j1
Project Name:  shop
Project ID:    p1
Age:           59s
Created:       2026-03-04T11:59:01Z

Last Job Run:
  Name:     report-jobrun-1
  Age:      30s
  Created:  2026-03-04T11:59:30Z

Image:  registry.example/report:1
Resource Allocation:
  CPU:                1
  Ephemeral Storage:  400M
  Memory:             4G
Commands:
  node
  report.js

Runtime:
  Mode:             daemon
  Array Indices:    0
  Array Size:       1
  Service Account:  none
`,
  );
});

test('renderJobList() has the newest run beside each job, or nothing', () => {
  assert.equal(
    renderJobList({ jobs: [JOB, { ...JOB, name: 'idle' }], runs: [RUN] }, NOW_MS),
    `Name    Age  Last Job Run Name  Last Job Run Age
report  59s  report-jobrun-1    30s
idle    59s
`,
  );
});
