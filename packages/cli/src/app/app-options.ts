/** Options of `app create`, `app update` and `deploy` that describe an application. Spellings: the public command line. */
import { APP_DEFAULTS, STANDBY_WORDS } from '@slipway/spec';
import type { OptionTable, ParsedOptions } from '../command.ts';
import { APP_OUTPUT_OPTION } from '../output/render-output.ts';
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
  TRUSTED_PROFILES,
  VISIBILITY,
} from '../runtime/runtime-options.ts';
import { IMAGE_SOURCE_OPTIONS, SOURCE_CHANGE_OPTIONS } from '../runtime/source-options.ts';
import { NAME, QUIET, waitOptions, withDefaults } from '../shared-options.ts';
import { NEW_REVISION_OPTIONS } from '../traffic/app-traffic.ts';

/** What the app runs and how it scales: the settings of the API. */
export const RUNTIME_OPTIONS = {
  ...PROGRAM_OPTIONS,
  ...SIZE_OPTIONS,
  ephemeralStorage: EPHEMERAL_STORAGE,
  env: ENV,
  concurrency: { names: ['--concurrency', '--cn'], kind: 'number', summary: 'requests at once per instance' },
  concurrencyTarget: {
    names: ['--concurrency-target', '--ct'],
    kind: 'number',
    summary: 'requests per instance to scale at',
  },
  maxScale: { names: ['--max-scale', '--max', '--maxscale'], kind: 'number', summary: 'most instances' },
  minScale: {
    names: ['--min-scale', '--min', '--minscale'],
    kind: 'number',
    summary: 'fewest instances; 0 sleeps when idle',
  },
  port: {
    names: ['--port', '-p'],
    kind: 'value',
    summary: 'port the program listens on: 8080, or h2c:8080 for HTTP/2 and gRPC',
  },
  probeLive: {
    names: ['--probe-live', '--pl'],
    kind: 'list',
    summary: 'liveness probe: type=http, path=/, interval=10 …',
  },
  probeReady: { names: ['--probe-ready', '--pr'], kind: 'list', summary: 'readiness probe: type=http, path=/, …' },
  requestTimeout: {
    names: ['--request-timeout', '--rt', '--timeout', '-t'],
    kind: 'number',
    summary: 'seconds a request may take',
  },
  scaleDownDelay: { names: ['--scale-down-delay', '--sdd'], kind: 'number', summary: 'seconds before scaling down' },
  standby: {
    names: ['--standby'],
    kind: 'value',
    values: STANDBY_WORDS,
    summary: 'what waits for the next request while the app sleeps',
  },
  user: { names: ['--user', '-u'], kind: 'number', summary: 'user id of the program' },
  serviceAccount: SERVICE_ACCOUNT,
  visibility: VISIBILITY,
  clusterLocal: {
    names: ['--cluster-local', '--cl'],
    kind: 'flag',
    summary: 'same as --visibility project',
    default: 'false',
  },
  noClusterLocal: {
    names: ['--no-cluster-local', '--ncl'],
    kind: 'flag',
    summary: 'same as --visibility public',
    default: 'true',
  },
} as const satisfies OptionTable;

const DEFAULTS = {
  concurrency: APP_DEFAULTS.scaleConcurrency,
  concurrencyTarget: APP_DEFAULTS.scaleConcurrencyTarget,
  cpu: APP_DEFAULTS.scaleCpuLimit,
  ephemeralStorage: APP_DEFAULTS.scaleEphemeralStorageLimit,
  maxScale: APP_DEFAULTS.scaleMaxInstances,
  memory: APP_DEFAULTS.scaleMemoryLimit,
  minScale: APP_DEFAULTS.scaleMinInstances,
  requestTimeout: APP_DEFAULTS.scaleRequestTimeoutSeconds,
  scaleDownDelay: APP_DEFAULTS.scaleDownDelaySeconds,
  standby: 'frozen',
} as const;

const SHARED = {
  name: NAME,
  ...IMAGE_OPTIONS,
  ...IMAGE_SOURCE_OPTIONS,
  ...ENV_REFERENCE_OPTIONS,
  ...MOUNT_OPTIONS,
  revisionName: {
    names: ['--rn', '--revision-name'],
    kind: 'value',
    summary: '',
    unavailable: 'Choosing the name of a revision',
  },
  trustedProfiles: TRUSTED_PROFILES,
  force: FORCE_REFERENCES,
  output: APP_OUTPUT_OPTION,
  quiet: QUIET,
  ...waitOptions(true),
} as const satisfies OptionTable;

export const CREATE_OPTIONS = { ...SHARED, ...withDefaults(RUNTIME_OPTIONS, DEFAULTS) } as const satisfies OptionTable;

export const UPDATE_OPTIONS = {
  ...SHARED,
  ...RUNTIME_OPTIONS,
  ...PROGRAM_CLEAR_OPTIONS,
  ...ENV_DROP_OPTIONS,
  ...MOUNT_DROP_OPTIONS,
  ...SOURCE_CHANGE_OPTIONS,
  probeLiveClear: {
    names: ['--probe-live-clear', '--plr'],
    kind: 'flag',
    summary: 'drop the liveness probe',
    default: 'false',
  },
  probeReadyReset: {
    names: ['--probe-ready-reset', '--prr'],
    kind: 'flag',
    summary: 'use the default readiness probe',
    default: 'false',
  },
  registrySecretClear: REGISTRY_SECRET_CLEAR,
  ...NEW_REVISION_OPTIONS,
  serviceAccountClear: SERVICE_ACCOUNT_CLEAR,
} as const satisfies OptionTable;

export type RuntimeOptions = ParsedOptions<typeof RUNTIME_OPTIONS>;
export type UpdateOptions = ParsedOptions<typeof UPDATE_OPTIONS>;
