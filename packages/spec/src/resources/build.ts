/** Build (a recipe) and build run (one execution). Source: API v2 models Build, BuildRun and their status details. */
import { Type, type Static } from '../json-schema.ts';
import { BUILD_LIMITS } from '../limits.ts';
import { identityFields, listOf, Timestamp, words } from './schema.ts';
import { SERVICE_ACCOUNTS } from './shared.ts';

export const SOURCE_TYPES = ['local', 'git'] as const;
export const STRATEGY_SIZES = ['small', 'medium', 'large', 'xlarge', 'xxlarge'] as const;
export const STRATEGY_TYPES = ['dockerfile', 'buildpacks'] as const;
export const BUILD_STATUSES = ['ready', 'failed'] as const;
export const BUILD_REASONS = [
  'registered',
  'strategy_not_found',
  'cluster_build_strategy_not_found',
  'set_owner_reference_failed',
  'spec_source_secret_not_found',
  'spec_output_secret_ref_not_found',
  'spec_runtime_secret_ref_not_found',
  'multiple_secret_ref_not_found',
  'runtime_paths_can_not_be_empty',
  'remote_repository_unreachable',
  'failed',
] as const;
export const BUILD_RUN_STATUSES = ['succeeded', 'running', 'pending', 'failed'] as const;
export const BUILD_RUN_REASONS = [
  'succeeded',
  'running',
  'pending',
  'failed_to_execute_build_run',
  'exceeded_ephemeral_storage',
  'missing_registry_access',
  'missing_code_repo_access',
  'missing_secrets',
  'unknown_strategy',
  'invalid_build_configuration',
  'pod_evicted_because_of_storage_quota_exceeds',
  'pod_evicted',
  'missing_task_run',
  'task_run_generation_failed',
  'build_not_found',
  'timeout',
  'failed',
] as const;
export const BUILD_PARAM_TYPES = ['literal', 'config_map_key_reference', 'secret_key_reference'] as const;

export const BuildParam = Type.Object({
  type: words(BUILD_PARAM_TYPES),
  name: Type.Optional(Type.String()),
  value: Type.Optional(Type.String()),
  key: Type.Optional(Type.String()),
  reference: Type.Optional(Type.String()),
});
export type BuildParam = Static<typeof BuildParam>;

export const BuildParamPrototype = Type.Object(
  {
    type: words(BUILD_PARAM_TYPES),
    name: Type.Optional(Type.String({ maxLength: 253 })),
    value: Type.Optional(Type.String({ maxLength: 4096 })),
    key: Type.Optional(Type.String({ maxLength: 253 })),
    reference: Type.Optional(Type.String({ maxLength: 253 })),
  },
  { additionalProperties: false },
);
export type BuildParamPrototype = Static<typeof BuildParamPrototype>;

const recipeFields = {
  run_build_params: Type.Array(BuildParam),
  source_context_dir: Type.Optional(Type.String()),
  source_revision: Type.Optional(Type.String()),
  source_secret: Type.Optional(Type.String()),
  source_type: words(SOURCE_TYPES),
  source_url: Type.Optional(Type.String()),
  strategy_size: words(STRATEGY_SIZES),
  strategy_spec_file: Type.Optional(Type.String()),
  strategy_type: words(STRATEGY_TYPES),
  timeout: Type.Optional(Type.Integer()),
};

export const Build = Type.Object({
  ...identityFields,
  ...recipeFields,
  name: Type.Optional(Type.String()),
  entity_tag: Type.String(),
  output_image: Type.String(),
  output_secret: Type.String(),
  resource_type: Type.Optional(words(['build_v2'])),
  status: Type.Optional(words(BUILD_STATUSES)),
  status_details: Type.Optional(Type.Object({ reason: Type.Optional(words(BUILD_REASONS)) })),
});
export type Build = Static<typeof Build>;
export const BuildList = listOf('builds', Build);
export type BuildList = Static<typeof BuildList>;

export const BuildRun = Type.Object({
  ...identityFields,
  ...recipeFields,
  name: Type.String(),
  build_name: Type.String(),
  output_image: Type.Optional(Type.String()),
  output_secret: Type.Optional(Type.String()),
  resource_type: Type.Optional(words(['build_run_v2'])),
  service_account: words(SERVICE_ACCOUNTS),
  status: Type.Optional(words(BUILD_RUN_STATUSES)),
  status_details: Type.Optional(
    Type.Object({
      start_time: Type.Optional(Timestamp),
      completion_time: Type.Optional(Timestamp),
      git_branch_name: Type.Optional(Type.String()),
      git_commit_author: Type.Optional(Type.String()),
      git_commit_sha: Type.Optional(Type.String()),
      output_digest: Type.Optional(Type.String()),
      reason: Type.Optional(words(BUILD_RUN_REASONS)),
      source_timestamp: Type.Optional(Timestamp),
    }),
  ),
});
export type BuildRun = Static<typeof BuildRun>;
export const BuildRunList = listOf('build_runs', BuildRun);
export type BuildRunList = Static<typeof BuildRunList>;

const recipeSettings = {
  run_build_params: Type.Optional(Type.Array(BuildParamPrototype, { maxItems: 100 })),
  source_context_dir: Type.Optional(Type.String({ maxLength: 1024 })),
  source_revision: Type.Optional(Type.String({ maxLength: 253 })),
  source_secret: Type.Optional(Type.String({ maxLength: 253 })),
  source_type: Type.Optional(words(SOURCE_TYPES)),
  source_url: Type.Optional(Type.String({ maxLength: 2048 })),
  strategy_size: Type.Optional(words(STRATEGY_SIZES)),
  strategy_spec_file: Type.Optional(Type.String({ maxLength: 1024 })),
  timeout: Type.Optional(Type.Integer({ minimum: 1, maximum: BUILD_LIMITS.timeoutSecondsMax })),
};

const ImageName = Type.String({ minLength: 1, maxLength: 512 });
const SecretName = Type.String({ maxLength: 253 });

export const BuildPrototype = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 63 }),
    output_image: ImageName,
    output_secret: SecretName,
    strategy_type: words(STRATEGY_TYPES),
    ...recipeSettings,
  },
  { additionalProperties: false },
);
export type BuildPrototype = Static<typeof BuildPrototype>;

export const BuildPatch = Type.Object(
  {
    output_image: Type.Optional(ImageName),
    output_secret: Type.Optional(SecretName),
    strategy_type: Type.Optional(words(STRATEGY_TYPES)),
    ...recipeSettings,
  },
  { additionalProperties: false },
);
export type BuildPatch = Static<typeof BuildPatch>;

export const BuildRunPrototype = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 63 })),
    build_name: Type.Optional(Type.String({ minLength: 1, maxLength: 63 })),
    output_image: Type.Optional(ImageName),
    output_secret: Type.Optional(SecretName),
    service_account: Type.Optional(words(SERVICE_ACCOUNTS)),
    strategy_type: Type.Optional(words(STRATEGY_TYPES)),
    ...recipeSettings,
  },
  { additionalProperties: false },
);
export type BuildRunPrototype = Static<typeof BuildRunPrototype>;
