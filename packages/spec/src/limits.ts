/** Defaults and limits of the public API. Units are in the names. Source: Code Engine "Limits and quotas". */

export const APP_DEFAULTS = {
  imagePort: 8080,
  scaleConcurrency: 100,
  scaleConcurrencyTarget: 0,
  scaleCpuLimit: '1',
  scaleMemoryLimit: '4G',
  scaleEphemeralStorageLimit: '400M',
  scaleDownDelaySeconds: 0,
  scaleInitialInstances: 1,
  scaleMinInstances: 0,
  scaleMaxInstances: 10,
  scaleRequestTimeoutSeconds: 300,
} as const;

export const APP_LIMITS = {
  scaleConcurrencyMax: 1000,
  instancesMax: 250,
  scaleRequestTimeoutSecondsMax: 600,
  scaleDownDelaySecondsMax: 3600,
  ephemeralStorageBytesFloor: 400e6,
  envVariablesMax: 1000,
  envBytesMax: 256 * 1024,
  /** Linux starts no program with a longer string; the terminating zero counts. Source: execve(2). */
  envVariableBytesMax: 128 * 1024 - 1,
  argumentsMax: 100,
} as const;

/** Ports an app may not listen on. Source: Code Engine "Considerations for ports". */
export const RESERVED_PORTS: readonly number[] = [8022, 8008, 8012, 9090, 9091, 15090];

export const BUILD_DEFAULTS = { strategySize: 'medium', timeoutSeconds: 600, strategySpecFile: 'Dockerfile' } as const;
export const BUILD_LIMITS = { timeoutSecondsMax: 3600 } as const;

export const BUILD_SIZES = {
  small: { cpuMillis: 500, memoryBytes: 2e9, diskBytes: 2e9 },
  medium: { cpuMillis: 1000, memoryBytes: 4e9, diskBytes: 4e9 },
  large: { cpuMillis: 2000, memoryBytes: 8e9, diskBytes: 8e9 },
  xlarge: { cpuMillis: 4000, memoryBytes: 16e9, diskBytes: 16e9 },
  xxlarge: { cpuMillis: 12_000, memoryBytes: 48e9, diskBytes: 48e9 },
} as const;

/** Config maps and secrets: all keys and values of one together. */
export const DATA_LIMITS = { bytesMax: 1024 * 1024, keyLengthMax: 253 } as const;

/**
 * What all apps of a project mount of config maps and secrets. It lies in memory, where a file takes whole blocks and an
 * empty one a block as well; without the platform's own limit a project's quotas would allow it gigabytes.
 */
export const VOLUME_LIMITS = { projectBytesMax: 8 * 1024 * 1024, blockBytes: 4096 } as const;

export const JOB_DEFAULTS = {
  runMode: 'task',
  scaleArraySpec: '0',
  scaleCpuLimit: '1',
  scaleMemoryLimit: '4G',
  scaleEphemeralStorageLimit: '400M',
  scaleMaxExecutionTimeSeconds: 7200,
  scaleRetryLimit: 3,
} as const;
export const JOB_LIMITS = {
  arraySizeMax: 1000,
  arrayIndexMax: 9_999_999,
  retriesMax: 5,
  scaleMaxExecutionTimeSecondsMax: 86_400,
  definitionBytesMax: 10 * 1024,
} as const;

export const FUNCTION_DEFAULTS = {
  codeMain: 'main',
  scaleConcurrency: 1,
  scaleCpuLimit: '1',
  scaleMemoryLimit: '4G',
  scaleDownDelaySeconds: 1,
  scaleMaxExecutionTimeSeconds: 60,
} as const;
export const FUNCTION_LIMITS = {
  inlineCodeBytesMax: 100 * 1024,
  scaleConcurrencyMax: 100,
  scaleDownDelaySecondsMax: 600,
  scaleMaxExecutionTimeSecondsMax: 120,
} as const;

export const SUBSCRIPTION_DEFAULTS = {
  cronSchedule: '* * * * *',
  cronTimeZone: 'UTC',
  cosEventType: 'all',
  kafkaUsername: 'token',
} as const;
/**
 * Data of a cron event as Code Engine limits it, names of objects as S3 does. The others bound what one subscription
 * makes the platform hold and send: each extension is a header of each request.
 */
export const SUBSCRIPTION_LIMITS = {
  dataBytesMax: 4096,
  extensionsMax: 50,
  extensionNameLengthMax: 63,
  extensionValueLengthMax: 1024,
  brokersMax: 50,
  topicsMax: 50,
  objectKeyBytesMax: 1024,
} as const;

export const LIST_LIMITS = { pageDefault: 100, pageMax: 100 } as const;

/** A source upload: the packed folder, and how many files it may hold. */
export const SOURCE_LIMITS = { bytesMax: 200 * 1024 * 1024, filesMax: 50_000 } as const;
/** A JSON body: twice the largest config map or secret, because JSON writes some characters as two or more. */
export const BODY_BYTES_MAX = 2 * 1024 * 1024;
/** Events kept for one app or one build run; the oldest leave first. */
export const EVENTS_PER_APP_MAX = 200;

/** What one project may have, unless an administrator says otherwise. The API writes the names as `config_maps`. */
export const PROJECT_QUOTAS = {
  apps: 40,
  revisions: 120,
  builds: 100,
  buildRuns: 100,
  configMaps: 100,
  secrets: 100,
  jobs: 100,
  jobRuns: 100,
  functions: 20,
  bindings: 100,
  domainMappings: 80,
  persistentDataStores: 10,
  allowedOutboundDestinations: 100,
  privatePathDestinations: 3,
  cronSubscriptions: 100,
  kafkaSubscriptions: 100,
  cosSubscriptions: 100,
  /** Instances of apps and jobs that run or start, and builds that run; the sizes are the configured ones. */
  instances: 250,
  cpuMillis: 128_000,
  memoryBytes: 512e9,
  ephemeralStorageBytes: 512e9,
} as const;
/** How far an administrator may raise a quota of a project: so many times the value above. */
export const QUOTA_RAISE_MAX = 25;
/** Revisions kept for an app unless it says otherwise: those in use, the newest one, and the latest of the others. */
export const REVISIONS_PER_APP_MAX = 3;
/**
 * Traffic of an app. What is judged by its errors is judged within an hour, and a rollout that takes more than a day is
 * better done in several.
 */
export const TRAFFIC_LIMITS = {
  targetsMax: 20,
  revisionsMaxMin: 2,
  revisionsMaxMax: 20,
  stepIntervalSecondsMax: 3600,
  windowSecondsMax: 3600,
  requestsMinMax: 100_000,
  /** Instances that are to be replaced and were named one by one. */
  restartedNamesMax: 20,
} as const;
export const TRAFFIC_DEFAULTS = {
  stepIntervalSeconds: 60,
  rollbackEnabled: true,
  errorMarginPercent: 10,
  requestsMin: 20,
  windowSeconds: 60,
} as const;
/**
 * Calls between the apps of a project. More tries than these meet an app that is down, a longer pause of an instance is
 * better a new instance.
 */
export const MESH_LIMITS = {
  callersMax: 100,
  timeoutMillisecondsMin: 10,
  timeoutMillisecondsMax: 1_200_000,
  retriesMax: 5,
  consecutiveErrorsMax: 1_000,
  requestsMinMax: 100_000,
  ejectionSecondsMax: 3600,
  delayMillisecondsMax: 60_000,
} as const;
/** What calls may be answered with in place of the app. */
export const MESH_ABORT_STATUSES = [
  400, 401, 403, 404, 405, 408, 409, 410, 413, 422, 429, 500, 501, 502, 503, 504,
] as const;
export const MESH_DEFAULTS = {
  retryBudgetPercent: 20,
  consecutiveErrors: 5,
  errorPercent: 50,
  requestsMin: 20,
  ejectionSeconds: 30,
} as const;
export const PROJECT_LIMITS = { tagsMax: 100, tagLengthMax: 128 } as const;
/** Who may come in. One list of members is that of a project, or that of the platform. */
export const ACCESS_LIMITS = { membersMax: 200, apiKeysPerOwnerMax: 20 } as const;
/**
 * The audit record. Changes, other calls of known callers, and calls of nobody are bounded apart, so that no number of
 * reads or of strangers pushes out who changed what.
 */
export const AUDIT_LIMITS = {
  changesMax: 1_000_000,
  othersMax: 500_000,
  anonymousMax: 100_000,
  /** Looked through for one page: a filter that matches little gives short pages, not long waits. */
  rowsPerPageMax: 20_000,
  /** Records of reads and refusals that may wait in memory for the disk, and for how long. */
  bufferMax: 2000,
  bufferMs: 1000,
} as const;
/** Watching: changes that can be gone on after, changes that a slow watcher may be behind, and watchers. */
export const WATCH_LIMITS = {
  changesKept: 4096,
  changesBehindMax: 1000,
  watchersMax: 256,
  watchersPerUserMax: 16,
} as const;
/** What is remembered of declarations: sets of a project, resources of a set, fields of a resource. */
export const APPLIED_SET_LIMITS = { setsMax: 100, resourcesMax: 2000, fieldsMax: 64 } as const;
/** Projects of a platform. Deleted ones that can be restored count. */
export const PROJECTS_MAX = 20;
