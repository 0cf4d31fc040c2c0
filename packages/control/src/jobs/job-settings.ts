/**
 * Everything a job can be told, complete. A task runs to its end and is tried again within limits; a daemon has neither
 * a longest time nor retries, so those are absent.
 */
import { JOB_DEFAULTS, type JobPatch, type JobPrototype } from '@slipway/spec';
import { completeEnv, type EnvSetting } from '../environment/env-setting.ts';
import { formatImageReference, parseImageReference } from '../image-reference.ts';
import { completeMount } from '../volumes/complete-mount.ts';

type Optional = 'image_secret' | 'run_as_user' | 'run_env_variables' | 'scale_max_execution_time' | 'scale_retry_limit';

export interface JobSettings extends Readonly<Required<Omit<JobPrototype, Optional | 'name'>>> {
  readonly image_secret?: string;
  /** Absent: the user that the image names. */
  readonly run_as_user?: number;
  readonly run_env_variables: readonly EnvSetting[];
  readonly scale_max_execution_time?: number;
  readonly scale_retry_limit?: number;
}

export function completeJobSettings(given: JobPatch): JobSettings {
  const { image_reference: written = '', run_mode: mode = JOB_DEFAULTS.runMode } = given;
  const image = parseImageReference(written);
  const isTask = mode === 'task';
  const timeMax = given.scale_max_execution_time ?? (isTask ? JOB_DEFAULTS.scaleMaxExecutionTimeSeconds : undefined);
  const retries = given.scale_retry_limit ?? (isTask ? JOB_DEFAULTS.scaleRetryLimit : undefined);
  return {
    image_reference: image ? formatImageReference(image) : written,
    run_arguments: given.run_arguments ?? [],
    run_commands: given.run_commands ?? [],
    run_compute_resource_token_enabled: given.run_compute_resource_token_enabled ?? false,
    run_env_variables: (given.run_env_variables ?? []).map(completeEnv),
    run_mode: mode,
    run_service_account: given.run_service_account ?? 'default',
    run_volume_mounts: (given.run_volume_mounts ?? []).map(completeMount),
    scale_array_spec: given.scale_array_spec ?? JOB_DEFAULTS.scaleArraySpec,
    scale_cpu_limit: given.scale_cpu_limit ?? JOB_DEFAULTS.scaleCpuLimit,
    scale_ephemeral_storage_limit: given.scale_ephemeral_storage_limit ?? JOB_DEFAULTS.scaleEphemeralStorageLimit,
    scale_memory_limit: given.scale_memory_limit ?? JOB_DEFAULTS.scaleMemoryLimit,
    ...(given.image_secret !== undefined && { image_secret: given.image_secret }),
    ...(given.run_as_user !== undefined && { run_as_user: given.run_as_user }),
    ...(timeMax !== undefined && { scale_max_execution_time: timeMax }),
    ...(retries !== undefined && { scale_retry_limit: retries }),
  };
}

/** What is left of a job's settings for a change: one that makes it a daemon drops what only a task has. */
export function settingsBefore(before: JobSettings, change: Pick<JobPatch, 'run_mode'>): Partial<JobSettings> {
  if (change.run_mode !== 'daemon') return before;
  const { scale_max_execution_time: _timeMax, scale_retry_limit: _retries, ...kept } = before;
  return kept;
}
