/**
 * Runs instances on this machine and survives the daemon: every instance is a crun container under its own conmon, so
 * killing or restarting us touches none and loses no exit code. This interface is all the rest of the engine knows of
 * containers; who runs when is decided elsewhere.
 */
import type { AppKey, LogEntry, LogQuery, ProjectWorkload, RevisionWorkload } from '@slipway/engine';

export interface InstanceRequest extends AppKey {
  readonly instanceName: string;
  readonly revision: RevisionWorkload;
  /** Called when the sandbox is there and the user's process is about to begin; says whether the sandbox had waited. */
  readonly onSandbox?: (hasWaited: boolean) => void;
}

/** `created`: a sandbox whose process waits to begin. `frozen`: an instance whose processes stand still. */
export const STANDBY_TIERS = ['created', 'frozen'] as const;
export type StandbyTier = (typeof STANDBY_TIERS)[number];

/** What a killed daemon had standing by. */
export interface AdoptedStandby {
  readonly instance: Instance;
  readonly tier: StandbyTier;
  /** Since when it stands by (ISO 8601). */
  readonly since: string;
  readonly memoryBytes: number;
}

/** A started instance. Durable: `adopt` returns the same after a restart of the daemon. */
export interface Instance extends AppKey {
  readonly instanceName: string;
  readonly revisionName: string;
  /** Address on the project's bridge. */
  readonly address: string;
  readonly port: number;
  readonly createdAt: string;
  readonly startedAt: string;
  /** When it was thawed last; absent when it never stood still. */
  readonly thawedAt?: string;
}

export interface InstanceEnd extends AppKey {
  readonly instanceName: string;
  readonly exitCode: number;
  readonly reason: 'exited' | 'oom_killed' | 'killed';
  readonly completedAt: string;
  /** Why the platform killed it, one sentence for the owner; absent when it did not. */
  readonly message?: string;
}

export interface Adoption {
  /** Ids of the projects that have ground on this machine; the caller removes those nobody declares. */
  readonly projects: readonly string[];
  readonly running: readonly Instance[];
  /** Ended while no daemon watched; told once. */
  readonly ended: readonly (Instance & InstanceEnd)[];
  /**
   * Frozen instances, which are taken over; and sandboxes that waited, which are removed: what made them may have been
   * another version of the platform, and a new one is made as soon as there is time.
   */
  readonly standby: readonly AdoptedStandby[];
}

export const START_FAULTS = [
  'image_missing',
  'executable_not_found',
  'mount_missing',
  'no_address',
  'runtime_error',
] as const;
export type StartFault = (typeof START_FAULTS)[number];

/** The process could not even be started. `message` is for the app's owner, the cause for the operator. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
  readonly fault: StartFault;
  /** Nothing of the app's is known to be wrong: the next try may end well. */
  readonly mayPass: boolean;

  constructor(fault: StartFault, message: string, options?: ErrorOptions & { readonly mayPass?: boolean }) {
    super(message, options);
    this.fault = fault;
    this.mayPass = options?.mayPass ?? false;
  }
}

/** Hears which app holds which address. */
export interface AddressWatch {
  /** Before anything of the app's runs there, sandboxes that wait included. */
  given(holder: AppKey, address: string): Promise<void>;
  /** Nothing runs there any more, and nobody else can hold it yet. */
  returned(address: string): Promise<void>;
}

export interface InstanceRuntime {
  /**
   * Prepares the machine (directories, nftables table, cgroup parent), finds what runs, cleans what a killed platform
   * left half-made: mounts, namespaces, cgroups of no living instance. Touches nothing of another platform.
   */
  adopt(): Promise<Adoption>;
  /**
   * Bridge, subnet, outbound rules, name server, uid range, a few pooled network namespaces, and the files of its volumes. Idempotent; the allocation is
   * durable.
   */
  applyProject(project: ProjectWorkload): Promise<void>;
  /** Where instances of the project find its apps; undefined without ground. */
  gatewayOf(projectId: string): string | undefined;
  /** The instances of the project resolve these names to their gateway, and those of no other project. */
  publishNames(projectId: string, names: readonly string[]): Promise<void>;
  /**
   * Which apps of its project may connect to instances of this app directly, beside itself; undefined: all. New connections
   * are judged; it is remembered as long as the project has ground, by a daemon that starts anew too.
   */
  restrictCallers(app: AppKey, callers: readonly string[] | undefined): Promise<void>;
  /** Stops its instances, frees what `applyProject` made and removes its logs. Unknown projects are no error. */
  removeProject(projectId: string): Promise<void>;
  /** A `start` follows in a moment: begins what the kernel takes its time for. A hint; nothing depends on it. */
  expectStart(): void;
  /**
   * Returns when the user's process has been started (not when it listens). On failure nothing is left behind.
   * A sandbox that waits under this name is used if it was made for the same revision, and replaced if not.
   * Throws StartFailure.
   */
  start(request: InstanceRequest, signal: AbortSignal): Promise<Instance>;
  /**
   * Makes a sandbox that waits for `start`: everything but the user's process. It is no instance: `stop` removes it
   * without a word, and one that ends by itself is told like an instance that ended. Returns the memory it holds.
   * Throws StartFailure.
   */
  prepare(request: InstanceRequest, signal: AbortSignal): Promise<number>;
  /** Makes every process of an instance stand still, and says what it holds in memory. It goes on when that fails. */
  freeze(instanceName: string): Promise<number>;
  /** Lets a frozen instance go on. Throws when it is gone. */
  thaw(instanceName: string): Promise<Instance>;
  /**
   * SIGTERM (or the image's stop signal), SIGKILL after `graceMs`, then everything of it is released but its log. A
   * frozen instance is thawed for it.
   */
  stop(instanceName: string, graceMs: number): Promise<void>;
  /** Called once per instance that ends by itself or by `stop`, after its resources are released. */
  onEnd(listener: (end: InstanceEnd) => void): void;
  /** Who holds an address at adoption is not told: `adopt` says so. */
  watchAddresses(watch: AddressWatch): void;
  /** Pinned references of the images that running instances have mounted. */
  imagesInUse(): readonly string[];
  readLogs(query: LogQuery, signal: AbortSignal): AsyncIterable<LogEntry>;
  /** Lets go: watchers closed, nothing stopped. */
  close(): Promise<void>;
  /** Stops every instance and removes everything this platform made on the machine, durable logs and state included. */
  purge(): Promise<void>;
}
