/**
 * THE SEAM between the control plane and whatever runs workloads. The control plane states what must exist; an engine
 * makes it so, keeps it so, and says what it sees. Autoscaling is the engine's: the control plane only gives bounds.
 *
 * Every method is idempotent and level-triggered: calling `applyApp` twice with the same value changes nothing, and the
 * next call is the retry of one that threw. An engine remembers nothing the control plane needs: after a restart
 * `start` receives everything that is declared, adopts what still runs and removes what is not declared any more.
 *
 * `conformance.ts` is the contract as tests; `fake-engine.ts` and every real engine pass it.
 */
import type { EdgesObservation } from './edge-metrics.ts';
import type { InstanceRun } from './instance-run.ts';
import type { AppKey, AppWorkload, ProjectWorkload } from './workload.ts';
import type {
  AppObservation,
  CapacityObservation,
  EngineSignal,
  LogEntry,
  LogQuery,
  RevisionMetrics,
} from './observation.ts';

export interface Declared {
  readonly projects: readonly ProjectWorkload[];
  readonly apps: readonly AppWorkload[];
}

export interface ImageCredentials {
  readonly server: string;
  readonly username: string;
  readonly password: string;
}

export interface ResolveImageOptions {
  readonly projectId: string;
  readonly credentials?: ImageCredentials;
  readonly signal?: AbortSignal;
}

/** An image that is present in the engine's store and pinned. */
export interface ResolvedImage {
  /** `registry/name@sha256:…`, what revisions are pinned to. */
  readonly reference: string;
  /** `sha256:…` of the manifest. */
  readonly digest: string;
  /** Ports the image declares (EXPOSE), lowest first. */
  readonly exposedPorts: readonly number[];
}

export interface Engine {
  readonly kind: string;

  /**
   * Adopts what runs, removes what is not in `declared`, then accepts calls. Throws EngineFault('engine_unavailable')
   * with the reason when the machine cannot carry workloads.
   */
  start(declared: Declared): Promise<void>;
  /** Lets go without touching what runs: requests to ready apps keep being answered. */
  stop(): Promise<void>;

  /**
   * Makes the project's isolation exist (network, uid range, namespace), with its quota, its certificates served, and its
   * volumes hold the given files: also in instances that run. Called before any app of the project. A volume that is not
   * given any more goes when the last instance that mounts it has ended. Throws EngineFault('certificate_refused') when
   * one of the certificates cannot be served; everything else is done.
   */
  applyProject(project: ProjectWorkload): Promise<void>;
  /** Removes the project with everything in it. A project that does not exist is no error. */
  removeProject(projectId: string): Promise<void>;

  /**
   * Pulls (if not present) and pins an image. Throws EngineFault with one of the `image_…` codes, which say whose
   * mistake it is.
   */
  resolveImage(reference: string, options: ResolveImageOptions): Promise<ResolvedImage>;

  /**
   * Takes the app's wanted state; returns when it is recorded, not when it is reached: progress comes by `watch`. Requests
   * go where it says by then, but for those that wait for a revision which does not take any (`awaited`).
   */
  applyApp(app: AppWorkload): Promise<void>;
  /** Stops the app: out of rotation, drained, stopped. Returns when no new request reaches it. Logs stay. */
  removeApp(app: AppKey): Promise<void>;
  /** What is true now; undefined when the app was never applied. */
  observeApp(app: AppKey): Promise<AppObservation | undefined>;

  /** The numbers of every revision that was applied. Asking costs no look at the machine. */
  observeMetrics(): Promise<readonly RevisionMetrics[]>;
  /** Requests by who asked whom, if the operator has them observed. */
  observeEdges(): Promise<EdgesObservation>;
  /** Every instance that is there, and every one that ended and is not forgotten yet: what is metered. */
  observeRuns(): Promise<readonly InstanceRun[]>;
  /** Ended runs that were observed and are recorded now; they are not told again. */
  forgetRuns(runs: readonly InstanceRun[]): Promise<void>;
  /** What is given away of the capacity. Never more than there is: what does not fit waits, with fault `no_capacity`. */
  observeCapacity(): Promise<CapacityObservation>;

  /** Signals until aborted. A `changed` signal says only "look again"; signals may be merged, none is lost for good. */
  watch(signal: AbortSignal): AsyncIterable<EngineSignal>;
  /** Log lines oldest first, of living and gone instances; with `follow` until aborted. */
  readLogs(query: LogQuery, signal: AbortSignal): AsyncIterable<LogEntry>;
}
