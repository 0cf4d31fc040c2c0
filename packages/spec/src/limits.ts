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

export const LIST_LIMITS = { pageDefault: 100, pageMax: 100 } as const;

/** A source upload: the packed folder, and how many files it may hold. */
export const SOURCE_LIMITS = { bytesMax: 200 * 1024 * 1024, filesMax: 50_000 } as const;
export const BODY_BYTES_MAX = 1024 * 1024;
/** Events kept for one app; the oldest leave first. */
export const EVENTS_PER_APP_MAX = 200;

export const PROJECT_QUOTAS = { apps: 1000, revisionsPerApp: 3, builds: 100, buildRuns: 100 } as const;
export const PROJECTS_MAX = 200;
