/** Options of jobs and job runs. Spellings are those of the public command line. */
import { JOB_DEFAULTS } from '@slipway/spec';
import type { OptionTable, ParsedOptions } from '../command.ts';
import { OUTPUT_OPTION } from '../output/render-output.ts';
import {
  ENV,
  ENV_DROP_OPTIONS,
  ENV_REFERENCE_OPTIONS,
  EPHEMERAL_STORAGE,
  FORCE_REFERENCES,
  IMAGE_OPTIONS,
  MOUNT_DROP_OPTIONS,
  MOUNT_OPTIONS,
  PROGRAM_CLEAR_OPTIONS,
  PROGRAM_OPTIONS,
  REGISTRY_SECRET_CLEAR,
  SERVICE_ACCOUNT,
  SERVICE_ACCOUNT_CLEAR,
  SIZE_OPTIONS,
  UPCOMING_TRUSTED_PROFILES,
} from '../runtime/runtime-options.ts';
import { IMAGE_SOURCE_OPTIONS, SOURCE_CHANGE_OPTIONS } from '../runtime/source-options.ts';
import { NAME, QUIET, waitOptions } from '../shared-options.ts';

/** What a job runs, and how often: of jobs and of job runs. */
export const JOB_SETTING_OPTIONS = {
  ...PROGRAM_OPTIONS,
  ...SIZE_OPTIONS,
  ephemeralStorage: EPHEMERAL_STORAGE,
  env: ENV,
  ...ENV_REFERENCE_OPTIONS,
  ...MOUNT_OPTIONS,
  arrayIndexes: {
    names: ['--array-indexes', '--array-indices', '--ai'],
    kind: 'value',
    summary: 'indexes to run, e.g. 1-5,7,10',
  },
  arraySize: {
    names: ['--array-size', '--as', '--instances', '--is'],
    kind: 'number',
    summary: 'how many to run, from index 0 on; or --array-indexes',
  },
  maxExecutionTime: {
    names: ['--maxexecutiontime', '--met'],
    kind: 'number',
    summary: 'seconds an instance may take; tasks only',
  },
  mode: {
    names: ['--mode'],
    kind: 'value',
    summary: 'a task runs to its end, a daemon without end',
    values: ['task', 'daemon'],
  },
  retryLimit: {
    names: ['--retrylimit', '-r'],
    kind: 'number',
    summary: 'times a failed instance is tried again; tasks only',
  },
  serviceAccount: SERVICE_ACCOUNT,
  trustedProfiles: UPCOMING_TRUSTED_PROFILES,
  force: FORCE_REFERENCES,
  output: OUTPUT_OPTION,
  quiet: QUIET,
} as const satisfies OptionTable;

/** What holds for those that are not given. */
export const JOB_SETTING_DEFAULTS = {
  arrayIndexes: JOB_DEFAULTS.scaleArraySpec,
  arraySize: 1,
  cpu: JOB_DEFAULTS.scaleCpuLimit,
  ephemeralStorage: JOB_DEFAULTS.scaleEphemeralStorageLimit,
  maxExecutionTime: JOB_DEFAULTS.scaleMaxExecutionTimeSeconds,
  memory: JOB_DEFAULTS.scaleMemoryLimit,
  mode: JOB_DEFAULTS.runMode,
  retryLimit: JOB_DEFAULTS.scaleRetryLimit,
} as const;

export const JOB_SETTING_CHANGE_OPTIONS = {
  ...JOB_SETTING_OPTIONS,
  ...PROGRAM_CLEAR_OPTIONS,
  ...ENV_DROP_OPTIONS,
  ...MOUNT_DROP_OPTIONS,
  serviceAccountClear: SERVICE_ACCOUNT_CLEAR,
} as const satisfies OptionTable;

/** Of `job create` and `job update`. */
export const JOB_SHARED_OPTIONS = {
  name: NAME,
  ...IMAGE_OPTIONS,
  ...IMAGE_SOURCE_OPTIONS,
  ...waitOptions(true),
} as const satisfies OptionTable;

export const JOB_CHANGE_OPTIONS = {
  ...JOB_SHARED_OPTIONS,
  ...JOB_SETTING_CHANGE_OPTIONS,
  ...SOURCE_CHANGE_OPTIONS,
  registrySecretClear: REGISTRY_SECRET_CLEAR,
} as const satisfies OptionTable;

export type JobOptions = Partial<ParsedOptions<typeof JOB_CHANGE_OPTIONS>>;
