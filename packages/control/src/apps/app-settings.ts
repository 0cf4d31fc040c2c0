/**
 * Everything an app can be told, complete: what the caller left out is filled with the documented default, so that a
 * stored app never changes meaning when a default does.
 */
import { isDeepStrictEqual } from 'node:util';
import type { StandbyMode } from '@slipway/engine';
import { APP_DEFAULTS, type AppPatch, type AppPrototype, type ProbePrototype } from '@slipway/spec';
import { completeEnv, type EnvSetting } from '../environment/env-setting.ts';
import { completeMount } from '../volumes/complete-mount.ts';

type Optional =
  | 'image_port_protocol'
  | 'image_secret'
  | 'probe_liveness'
  | 'probe_readiness'
  | 'run_as_user'
  | 'run_env_variables'
  | 'scale_standby';
type Settable = Omit<AppPrototype, 'name'>;

export type ProbeSetting = Required<ProbePrototype>;

export interface AppSettings extends Readonly<Required<Omit<Settable, Optional>>> {
  /** Absent: HTTP/1.1, as in every app that was stored before there was a choice. */
  readonly image_port_protocol?: 'h2c';
  readonly image_secret?: string;
  readonly probe_liveness?: ProbeSetting;
  readonly probe_readiness: ProbeSetting;
  /** Absent: the user that the image names. */
  readonly run_as_user?: number;
  readonly run_env_variables: readonly EnvSetting[];
  /** Absent: `frozen`. Then it is not shown, and an app looks as in the public API. */
  readonly scale_standby?: StandbyMode;
}

/** A probe asks the app's own port (0) by TCP unless told otherwise. Source: Code Engine "Probes". */
const PROBE_DEFAULTS = {
  type: 'tcp',
  path: '/',
  port: 0,
  interval: 10,
  timeout: 1,
  initial_delay: 0,
  failure_threshold: 1,
} as const;

export function completeAppSettings(given: AppPatch & { readonly image_reference: string }): AppSettings {
  return {
    image_port: given.image_port ?? APP_DEFAULTS.imagePort,
    image_reference: given.image_reference,
    managed_domain_mappings: given.managed_domain_mappings ?? 'local_public',
    probe_readiness: { ...PROBE_DEFAULTS, ...given.probe_readiness },
    run_arguments: given.run_arguments ?? [],
    run_commands: given.run_commands ?? [],
    run_compute_resource_token_enabled: given.run_compute_resource_token_enabled ?? false,
    run_env_variables: (given.run_env_variables ?? []).map(completeEnv),
    run_service_account: given.run_service_account ?? 'default',
    run_volume_mounts: (given.run_volume_mounts ?? []).map(completeMount),
    scale_concurrency: given.scale_concurrency ?? APP_DEFAULTS.scaleConcurrency,
    scale_concurrency_target: given.scale_concurrency_target ?? APP_DEFAULTS.scaleConcurrencyTarget,
    scale_cpu_limit: given.scale_cpu_limit ?? APP_DEFAULTS.scaleCpuLimit,
    scale_down_delay: given.scale_down_delay ?? APP_DEFAULTS.scaleDownDelaySeconds,
    scale_ephemeral_storage_limit: given.scale_ephemeral_storage_limit ?? APP_DEFAULTS.scaleEphemeralStorageLimit,
    scale_initial_instances: given.scale_initial_instances ?? APP_DEFAULTS.scaleInitialInstances,
    scale_max_instances: given.scale_max_instances ?? APP_DEFAULTS.scaleMaxInstances,
    scale_memory_limit: given.scale_memory_limit ?? APP_DEFAULTS.scaleMemoryLimit,
    scale_min_instances: given.scale_min_instances ?? APP_DEFAULTS.scaleMinInstances,
    scale_request_timeout: given.scale_request_timeout ?? APP_DEFAULTS.scaleRequestTimeoutSeconds,
    ...(given.image_port_protocol === 'h2c' && { image_port_protocol: given.image_port_protocol }),
    ...(given.image_secret !== undefined && { image_secret: given.image_secret }),
    ...(given.probe_liveness && { probe_liveness: { ...PROBE_DEFAULTS, ...given.probe_liveness } }),
    ...(given.run_as_user !== undefined && { run_as_user: given.run_as_user }),
    ...((given.scale_standby ?? 'frozen') !== 'frozen' && { scale_standby: given.scale_standby }),
  };
}

/** True when both make the same revision. Who may reach an app is a matter of its route, not of a revision. */
export function makesSameRevision(one: AppSettings, other: AppSettings): boolean {
  const mapping = one.managed_domain_mappings;
  return isDeepStrictEqual(one, { ...other, managed_domain_mappings: mapping });
}
