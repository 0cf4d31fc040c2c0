/** What an engine says it sees: plain data, safe to show to the owner of the app. */
import type { Capacity, Resources } from './admission.ts';
import type { StartStatistics } from './start-times.ts';
import type { AppKey } from './workload.ts';

export const INSTANCE_STATES = ['pending', 'running', 'succeeded', 'failed'] as const;
export type InstanceState = (typeof INSTANCE_STATES)[number];

export interface InstanceObservation {
  /** Unique in the project, e.g. `web-00001-x7k2p`. */
  readonly instanceName: string;
  readonly revisionName: string;
  readonly state: InstanceState;
  /** Takes requests now. */
  readonly ready: boolean;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly exitCode?: number;
  /** Why it ended or does not start: `exit_code`, `oom_killed`, `start_timeout`, `scaled_down`, `probe_failed` … */
  readonly reason?: string;
  /** Times the user's process was started again in this place. */
  readonly restarts: number;
}

/** `idle`: ready before, no instances now. `deploying`: not yet ready, still trying. */
export const REVISION_STATES = ['deploying', 'ready', 'idle', 'failed'] as const;
export type RevisionState = (typeof REVISION_STATES)[number];

export const REVISION_FAULTS = [
  'image_not_found',
  'image_pull_failed',
  'image_wrong_platform',
  'exited',
  'never_listened',
  'executable_not_found',
  'mount_missing',
  'out_of_memory',
  'no_capacity',
  'engine_error',
] as const;
export type RevisionFault = (typeof REVISION_FAULTS)[number];

export interface RevisionObservation {
  readonly revisionName: string;
  readonly state: RevisionState;
  readonly instancesDesired: number;
  readonly instancesReady: number;
  readonly fault?: RevisionFault;
  readonly exitCode?: number;
  /** One plain sentence for the owner: what happened and what to do. */
  readonly message?: string;
  /** When a crash loop waits, the time of the next try (ISO 8601). */
  readonly nextTryAt?: string;
}

export interface AppObservation extends AppKey {
  readonly revisions: readonly RevisionObservation[];
  /** Living instances, and the most recently ended ones (bounded). */
  readonly instances: readonly InstanceObservation[];
  /** Revisions that are to have requests which go to others until these take them; absent: there are none. */
  readonly awaited?: readonly string[];
}

/** How a revision is doing now: numbers that the engine has anyway. */
export interface RevisionMetrics extends AppKey {
  readonly revisionName: string;
  /** How many there should be. */
  readonly instancesDesired: number;
  /** How many were asked for and are not leaving. */
  readonly instancesRequested: number;
  readonly instancesReady: number;
  /** Not started yet. */
  readonly instancesPending: number;
  /** Started, and not ready yet. */
  readonly instancesNotReady: number;
  readonly instancesTerminating: number;
  /** Since the engine started, or since its instances did if they are older. Never falls while the engine runs. */
  readonly requestsTotal: number;
  /** Answers of its instances with a status of 500 or more, counted as `requestsTotal` is. */
  readonly serverErrorsTotal: number;
  readonly requestsInFlight: number;
  /** Wait for an instance. */
  readonly requestsQueued: number;
  /** What the scaler aims at for each instance, and what it measured over its long and its short window. */
  readonly concurrencyTarget: number;
  readonly concurrencyStable: number;
  readonly concurrencyPanic: number;
  readonly isPanicking: boolean;
  /** Stand by for the next start: no instances, and in none of the numbers above. */
  readonly instancesFrozen: number;
  readonly sandboxesWaiting: number;
  /** Starts that came to take requests, since the engine started; tiers without one are missing. */
  readonly starts: readonly StartStatistics[];
}

/** What is given away of the engine's capacity: configured sizes of all that runs or starts, builds included. */
export interface CapacityObservation {
  readonly capacity: Capacity;
  readonly used: Resources;
  /** By project; one of which nothing runs may be missing. */
  readonly projects: ReadonlyMap<string, Resources>;
  /** Starts that wait for room. */
  readonly waiting: number;
}

export interface EngineEvent extends AppKey {
  readonly revisionName?: string;
  readonly instanceName?: string;
  readonly severity: 'normal' | 'warning';
  /** CamelCase, stable: `Scheduled`, `Created`, `Started`, `Ready`, `Unhealthy`, `BackOff`, `Killing`, `ScaledUp` … */
  readonly reason: string;
  readonly message: string;
  readonly at: string;
}

export type EngineSignal =
  | { readonly type: 'changed'; readonly app: AppKey }
  | { readonly type: 'event'; readonly event: EngineEvent };

export interface LogQuery {
  readonly projectId: string;
  readonly appName: string;
  readonly revisionName?: string;
  readonly instanceName?: string;
  /** Only the last N lines of what exists; undefined means all. */
  readonly tail?: number;
  readonly since?: Date;
  readonly follow?: boolean;
}

export interface LogEntry {
  readonly at: string;
  readonly instanceName: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}
