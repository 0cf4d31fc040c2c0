/** Job (what to run to its end) and job run (one execution). Source: API v2 models Job, JobRun, JobRunStatus. */
import { Type, type Static } from '../json-schema.ts';
import { JOB_LIMITS } from '../limits.ts';
import { identityFields, listOf, Timestamp, words } from './schema.ts';
import { containerFields, containerSettings, ImageReference, SERVICE_ACCOUNTS } from './shared.ts';

export const RUN_MODES = ['task', 'daemon'] as const;
export const JOB_RUN_STATUSES = ['failed', 'completed', 'running', 'pending'] as const;
export const JOB_INDEX_STATUSES = ['pending', 'running', 'succeeded', 'failed', 'unknown'] as const;

export const Job = Type.Object({
  ...identityFields,
  name: Type.String(),
  entity_tag: Type.String(),
  build: Type.Optional(Type.String()),
  build_run: Type.Optional(Type.String()),
  ...containerFields,
  image_reference: Type.String(),
  resource_type: Type.Optional(words(['job_v2'])),
  run_mode: words(RUN_MODES),
  run_service_account: words(SERVICE_ACCOUNTS),
  scale_array_spec: Type.String(),
  scale_cpu_limit: Type.String(),
  scale_ephemeral_storage_limit: Type.String(),
  scale_max_execution_time: Type.Optional(Type.Integer()),
  scale_memory_limit: Type.String(),
  scale_retry_limit: Type.Optional(Type.Integer()),
});
export type Job = Static<typeof Job>;
export const JobList = listOf('jobs', Job);
export type JobList = Static<typeof JobList>;

const IndexDetails = Type.Object({
  status: Type.Optional(words(JOB_INDEX_STATUSES)),
  retries: Type.Optional(Type.Integer()),
  started_at: Type.Optional(Timestamp),
  finished_at: Type.Optional(Timestamp),
  last_failure_reason: Type.Optional(Type.String()),
});

const JobRunStatus = Type.Object({
  start_time: Type.Optional(Timestamp),
  completion_time: Type.Optional(Timestamp),
  requested: Type.Optional(Type.Integer()),
  pending: Type.Optional(Type.Integer()),
  running: Type.Optional(Type.Integer()),
  succeeded: Type.Optional(Type.Integer()),
  failed: Type.Optional(Type.Integer()),
  unknown: Type.Optional(Type.Integer()),
  pending_indices: Type.Optional(Type.String()),
  running_indices: Type.Optional(Type.String()),
  succeeded_indices: Type.Optional(Type.String()),
  failed_indices: Type.Optional(Type.String()),
  indices_details: Type.Optional(Type.Record(IndexDetails)),
});

export const JobRun = Type.Object({
  ...identityFields,
  name: Type.Optional(Type.String()),
  job_name: Type.Optional(Type.String()),
  ...containerFields,
  image_reference: Type.Optional(Type.String()),
  resource_type: Type.Optional(words(['job_run_v2'])),
  run_mode: Type.Optional(words(RUN_MODES)),
  run_service_account: Type.Optional(words(SERVICE_ACCOUNTS)),
  scale_array_size_variable_override: Type.Optional(Type.Integer()),
  scale_array_spec: Type.Optional(Type.String()),
  scale_cpu_limit: Type.Optional(Type.String()),
  scale_ephemeral_storage_limit: Type.Optional(Type.String()),
  scale_max_execution_time: Type.Optional(Type.Integer()),
  scale_memory_limit: Type.Optional(Type.String()),
  scale_retry_limit: Type.Optional(Type.Integer()),
  status: Type.Optional(words(JOB_RUN_STATUSES)),
  status_details: Type.Optional(JobRunStatus),
});
export type JobRun = Static<typeof JobRun>;
export const JobRunList = listOf('job_runs', JobRun);
export type JobRunList = Static<typeof JobRunList>;

/** The writable settings, all optional; a daemon has neither a longest time nor retries. */
const settings = {
  ...containerSettings,
  run_mode: Type.Optional(words(RUN_MODES)),
  scale_array_spec: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 10_240,
      pattern: '^\\d+(-\\d+)?(,\\d+(-\\d+)?)*$',
      description: 'Indices and ranges of them, with commas between',
      examples: ['0-9', '1-5,7,10'],
    }),
  ),
  scale_max_execution_time: Type.Optional(
    Type.Integer({ minimum: 1, maximum: JOB_LIMITS.scaleMaxExecutionTimeSecondsMax }),
  ),
  scale_retry_limit: Type.Optional(Type.Integer({ minimum: 0, maximum: JOB_LIMITS.retriesMax })),
};

export const JobPrototype = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 63 }), image_reference: ImageReference, ...settings },
  { additionalProperties: false },
);
export type JobPrototype = Static<typeof JobPrototype>;

export const JobPatch = Type.Object(
  { image_reference: Type.Optional(ImageReference), ...settings },
  { additionalProperties: false },
);
export type JobPatch = Static<typeof JobPatch>;

export const JobRunPrototype = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 53 })),
    job_name: Type.Optional(Type.String({ minLength: 1, maxLength: 63 })),
    image_reference: Type.Optional(ImageReference),
    ...settings,
    scale_array_size_variable_override: Type.Optional(
      Type.Integer({ minimum: 1, maximum: JOB_LIMITS.arrayIndexMax + 1 }),
    ),
  },
  { additionalProperties: false },
);
export type JobRunPrototype = Static<typeof JobRunPrototype>;
