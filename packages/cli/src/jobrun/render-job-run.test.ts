import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobRun } from '@slipway/spec';
import { renderJobRun, renderJobRunList } from './render-job-run.ts';

const NOW_MS = Date.parse('2026-03-04T12:00:00Z');
const RUN: JobRun = {
  id: 'r1',
  name: 'report-jobrun-1',
  project_id: 'p1',
  job_name: 'report',
  created_at: '2026-03-04T11:56:00Z',
  image_reference: 'registry.example/report:1',
  image_secret: 'login',
  run_arguments: ['-v'],
  run_commands: [],
  run_env_variables: [
    { type: 'literal', name: 'A', value: '1' },
    { type: 'secret_full_reference', reference: 'keys', prefix: 'K_' },
    { type: 'config_map_key_reference', name: 'DAY', reference: 'days', key: 'today' },
  ],
  run_mode: 'task',
  run_volume_mounts: [],
  computed_env_variables: [],
  scale_array_spec: '1-5',
  scale_cpu_limit: '1',
  scale_ephemeral_storage_limit: '400M',
  scale_memory_limit: '4G',
  scale_max_execution_time: 7200,
  scale_retry_limit: 3,
  status: 'failed',
  status_details: {
    requested: 5,
    succeeded: 4,
    failed: 1,
    start_time: '2026-03-04T11:57:00Z',
    completion_time: '2026-03-04T11:58:00Z',
    indices_details: {
      '1': { status: 'succeeded', retries: 0, started_at: '2026-03-04T11:57:00Z' },
      '3': { status: 'failed', retries: 3, started_at: '2026-03-04T11:57:30Z', last_failure_reason: 'OOMKilled' },
    },
  },
};

const TEXT = `Name:          report-jobrun-1
ID:            r1
Project Name:  shop
Project ID:    p1
Age:           4m0s
Created:       2026-03-04T11:56:00Z

Environment Variables:
  Type                     Name     Value
  Literal                  A        1
  Secret full reference    K_=keys
  ConfigMap key reference  DAY      days.today

Job Ref:  report
Image:    registry.example/report:1
Resource Allocation:
  CPU:                1
  Ephemeral Storage:  400M
  Memory:             4G
Registry Secrets:
  login
Arguments:
  -v

Runtime:
  Mode:                  task
  Array Indices:         1-5
  Array Size:            5
  JOP_ARRAY_SIZE Value:  5
  Max Execution Time:    7200
  Retry Limit:           3

Status:
  Status:     Failed
  Started:    3m0s
  Completed:  2m0s
  Instance Statuses:
    Failed:     1
    Succeeded:  4

Instances:
  Name                 Running  Status     Restarts  Age    Reason
  report-jobrun-1-1-0  0/1      Succeeded  0         3m0s
  report-jobrun-1-3-3  0/1      Failed     3         2m30s  OOMKilled
`;

test('renderJobRun() shows the run with the labels of the public command line', () => {
  assert.equal(renderJobRun({ run: RUN, projectName: 'shop', nowMs: NOW_MS }), TEXT);
});

test('renderJobRunList() counts the instances of each run', () => {
  assert.equal(
    renderJobRunList([RUN], NOW_MS),
    `Name             Failed  Pending  Requested  Running  Succeeded  Unknown  Age
report-jobrun-1  1       0        5          0        4          0        4m0s
`,
  );
});
