/** Everything a function can be told, complete: what the caller left out has the documented default. */
import { FUNCTION_DEFAULTS, type FunctionPatch, type FunctionPrototype } from '@slipway/spec';
import { completeEnv, type EnvSetting } from '../environment/env-setting.ts';

type Optional = 'code_secret' | 'run_env_variables';

export interface FunctionSettings extends Readonly<Required<Omit<FunctionPrototype, Optional | 'name'>>> {
  readonly code_secret?: string;
  readonly run_env_variables: readonly EnvSetting[];
}

export function completeFunctionSettings(given: FunctionPatch): FunctionSettings {
  return {
    code_binary: given.code_binary ?? false,
    code_main: given.code_main ?? FUNCTION_DEFAULTS.codeMain,
    code_reference: given.code_reference ?? '',
    managed_domain_mappings: given.managed_domain_mappings ?? 'local_public',
    run_compute_resource_token_enabled: given.run_compute_resource_token_enabled ?? false,
    run_env_variables: (given.run_env_variables ?? []).map(completeEnv),
    runtime: given.runtime ?? '',
    scale_concurrency: given.scale_concurrency ?? FUNCTION_DEFAULTS.scaleConcurrency,
    scale_cpu_limit: given.scale_cpu_limit ?? FUNCTION_DEFAULTS.scaleCpuLimit,
    scale_down_delay: given.scale_down_delay ?? FUNCTION_DEFAULTS.scaleDownDelaySeconds,
    scale_max_execution_time: given.scale_max_execution_time ?? FUNCTION_DEFAULTS.scaleMaxExecutionTimeSeconds,
    scale_memory_limit: given.scale_memory_limit ?? FUNCTION_DEFAULTS.scaleMemoryLimit,
    ...(given.code_secret !== undefined && { code_secret: given.code_secret }),
  };
}
