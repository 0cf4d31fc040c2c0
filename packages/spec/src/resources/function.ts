/** Function and the runtimes that can carry one. Source: API v2 models Function, FunctionStatus, FunctionRuntime. */
import { Type, type Static } from '../json-schema.ts';
import { APP_LIMITS, FUNCTION_LIMITS } from '../limits.ts';
import { identityFields, listOf, words } from './schema.ts';
import { EnvVar, EnvVarPrototype, MANAGED_DOMAIN_MAPPINGS, quantity } from './shared.ts';

export const FUNCTION_STATUSES = ['offline', 'deploying', 'ready', 'failed'] as const;
export const FUNCTION_REASONS = [
  'offline',
  'deploying_configuring_routes',
  'ready_update_in_progress',
  'deploying',
  'ready_last_update_failed',
  'ready',
  'unknown_reason',
  'no_code_bundle',
] as const;

export const FunctionRuntime = Type.Object({
  id: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  family: Type.Optional(Type.String()),
  default: Type.Optional(Type.Boolean()),
  deprecated: Type.Optional(Type.Boolean()),
  optimized: Type.Optional(Type.Boolean()),
});
export type FunctionRuntime = Static<typeof FunctionRuntime>;
export const FunctionRuntimeList = Type.Object({ function_runtimes: Type.Array(FunctionRuntime) });
export type FunctionRuntimeList = Static<typeof FunctionRuntimeList>;

const FunctionResource = Type.Object({
  ...identityFields,
  name: Type.String(),
  entity_tag: Type.String(),
  code_binary: Type.Boolean(),
  code_main: Type.Optional(Type.String()),
  code_reference: Type.String(),
  code_secret: Type.Optional(Type.String()),
  computed_env_variables: Type.Array(EnvVar),
  endpoint: Type.Optional(Type.String()),
  endpoint_internal: Type.Optional(Type.String()),
  managed_domain_mappings: words(MANAGED_DOMAIN_MAPPINGS),
  resource_type: Type.Optional(words(['function_v2'])),
  run_compute_resource_token_enabled: Type.Optional(Type.Boolean()),
  run_env_variables: Type.Array(EnvVar),
  runtime: Type.String(),
  scale_concurrency: Type.Integer(),
  scale_cpu_limit: Type.String(),
  scale_down_delay: Type.Integer(),
  scale_max_execution_time: Type.Integer(),
  scale_memory_limit: Type.String(),
  status: Type.Optional(words(FUNCTION_STATUSES)),
  status_details: Type.Object({ reason: Type.Optional(words(FUNCTION_REASONS)) }),
});
/** The word alone would hide the `Function` of JavaScript wherever it is imported. */
export { FunctionResource as Function };
export type FunctionResource = Static<typeof FunctionResource>;
export const FunctionList = listOf('functions', FunctionResource);
export type FunctionList = Static<typeof FunctionList>;

const settings = {
  code_binary: Type.Optional(Type.Boolean()),
  code_main: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
  code_secret: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
  managed_domain_mappings: Type.Optional(words(MANAGED_DOMAIN_MAPPINGS)),
  run_compute_resource_token_enabled: Type.Optional(Type.Boolean()),
  run_env_variables: Type.Optional(Type.Array(EnvVarPrototype, { maxItems: APP_LIMITS.envVariablesMax })),
  scale_concurrency: Type.Optional(Type.Integer({ minimum: 1, maximum: FUNCTION_LIMITS.scaleConcurrencyMax })),
  scale_cpu_limit: quantity('0.5', '500m'),
  scale_down_delay: Type.Optional(Type.Integer({ minimum: 0, maximum: FUNCTION_LIMITS.scaleDownDelaySecondsMax })),
  scale_max_execution_time: Type.Optional(
    Type.Integer({ minimum: 1, maximum: FUNCTION_LIMITS.scaleMaxExecutionTimeSecondsMax }),
  ),
  scale_memory_limit: quantity('1G', '512Mi'),
};

const CodeReference = Type.String({ minLength: 1, maxLength: 1_048_576 });
const Runtime = Type.String({ minLength: 1, maxLength: 253 });

export const FunctionPrototype = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 63 }),
    code_reference: CodeReference,
    runtime: Runtime,
    ...settings,
  },
  { additionalProperties: false },
);
export type FunctionPrototype = Static<typeof FunctionPrototype>;

export const FunctionPatch = Type.Object(
  { code_reference: Type.Optional(CodeReference), runtime: Type.Optional(Runtime), ...settings },
  { additionalProperties: false },
);
export type FunctionPatch = Static<typeof FunctionPatch>;
