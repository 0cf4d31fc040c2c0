import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobPatch } from '@slipway/spec';
import { jobSettingsProblem } from './job-rules.ts';
import { completeJobSettings, settingsBefore } from './job-settings.ts';

const PLACE = { registry: 'localhost:8781', subdomain: 'shop' };

function problemOf(given: JobPatch) {
  return jobSettingsProblem(completeJobSettings({ image_reference: 'icr.io/a/b:1', ...given }), PLACE);
}

test('jobSettingsProblem(): what is allowed', () => {
  const good: readonly JobPatch[] = [
    {},
    { run_mode: 'daemon' },
    { scale_array_spec: '1-5,7', scale_retry_limit: 0, scale_max_execution_time: 86_400 },
    { run_env_variables: [{ name: 'PORT', value: '1' }] },
  ];
  for (const given of good) assert.equal(problemOf(given), undefined, JSON.stringify(given));
});

test('jobSettingsProblem(): what is refused names the field', () => {
  const bad: readonly (readonly [JobPatch, field: string])[] = [
    [{ image_reference: 'No Image' }, 'image_reference'],
    [{ scale_cpu_limit: '3' }, 'scale_cpu_limit'],
    [{ scale_memory_limit: '5G' }, 'scale_memory_limit'],
    [{ scale_ephemeral_storage_limit: '5G' }, 'scale_ephemeral_storage_limit'],
    [{ scale_array_spec: '5-1' }, 'scale_array_spec'],
    [{ run_mode: 'daemon', scale_retry_limit: 1 }, 'scale_retry_limit'],
    [{ run_mode: 'daemon', scale_max_execution_time: 1 }, 'scale_max_execution_time'],
    [{ run_env_variables: [{ name: 'JOB_INDEX', value: '1' }] }, 'run_env_variables.name'],
    [{ run_env_variables: [{ name: 'A', value: 'x'.repeat(10_240) }] }, 'run_env_variables'],
    [{ run_compute_resource_token_enabled: true }, 'run_compute_resource_token_enabled'],
    [{ run_volume_mounts: [{ type: 'secret', mount_path: 'x', reference: 's' }] }, 'run_volume_mounts.mount_path'],
  ];
  for (const [given, field] of bad) assert.equal(problemOf(given)?.field, field, JSON.stringify(given).slice(0, 80));
});

test('settingsBefore() drops what only a task has when a job becomes a daemon', () => {
  const before = completeJobSettings({ image_reference: 'icr.io/a/b:1' });
  assert.equal(settingsBefore(before, {}).scale_retry_limit, 3);
  const daemon = completeJobSettings({
    ...settingsBefore(before, { run_mode: 'daemon' }),
    run_mode: 'daemon',
  } as JobPatch);
  assert.equal(jobSettingsProblem(daemon, PLACE), undefined);
});
