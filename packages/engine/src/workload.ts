/** What the control plane asks an engine to run: plain data, complete, no references left to resolve. */
import type { Resources } from './admission.ts';
import type { MeshWorkload } from './mesh.ts';
import type { OutboundRules } from './outbound.ts';

export interface ProjectWorkload {
  readonly projectId: string;
  /** DNS label, unique on the platform; part of every host name of the project. */
  readonly subdomain: string;
  /** All that revisions of the project may mount; absent is the same as none. */
  readonly volumes?: readonly VolumeWorkload[];
  /** The most that all its instances together may have; absent: bounded by the engine's capacity alone. */
  readonly quota?: Resources;
  /** Where its instances may connect to outside of the project; absent: to the whole internet, and nowhere private. */
  readonly outbound?: OutboundRules;
  /** What its hosts prove themselves with; absent is the same as none. */
  readonly certificates?: readonly CertificateWorkload[];
}

/** Clients that ask for one of these hosts get this certificate from the next connection on; open ones stay as they are. */
export interface CertificateWorkload {
  /** Unique on the platform. */
  readonly certificateName: string;
  /** Lower case; `*.` in front stands for one label. */
  readonly hosts: readonly string[];
  /** The host's own first. */
  readonly chainPem: string;
  readonly keyPem: string;
}

/** A folder of files. Instances that mount it see its next content in place, all of it at once. */
export interface VolumeWorkload {
  /** Unique in the project, and what its owner calls it, e.g. `config map "settings"`. */
  readonly volumeName: string;
  /** By name, which is no path: no slash, and not `..` first. */
  readonly files: Readonly<Record<string, string>>;
  /** Readable by the user that an instance starts as, and by no other inside; absent: by every user. */
  readonly isPrivate?: boolean;
}

export interface VolumeMountWorkload {
  readonly volumeName: string;
  /** Absolute path inside the instance. */
  readonly path: string;
}

export interface AppKey {
  readonly projectId: string;
  readonly appName: string;
}

export interface ProbeWorkload {
  readonly type: 'tcp' | 'http';
  readonly path: string;
  /** 0 means the app's port. */
  readonly port: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly initialDelayMs: number;
  readonly failureThreshold: number;
}

export interface ScaleBounds {
  /** Instances kept even without traffic. */
  readonly instancesMin: number;
  /** 0 means bounded only by the platform's own limit. */
  readonly instancesMax: number;
  /** Instances a new revision must bring up before it counts as ready. */
  readonly instancesInitial: number;
  /** Hard limit of requests in flight per instance; more wait in the queue. */
  readonly concurrencyMax: number;
  /** Soft target per instance that sizes the app; 0 means the same as `concurrencyMax`. */
  readonly concurrencyTarget: number;
  readonly scaleDownDelayMs: number;
  readonly requestTimeoutMs: number;
}

/**
 * What an engine may keep of an instance that is not needed, so that the next start is quick; it is neither paid for nor
 * counted. `frozen`: the instance itself, standing still. `created`: a sandbox whose program has not begun. An engine
 * that has no such thing takes no notice.
 */
export const STANDBY_MODES = ['frozen', 'created', 'none'] as const;
export type StandbyMode = (typeof STANDBY_MODES)[number];

export interface RevisionWorkload {
  readonly revisionName: string;
  /** Digest-pinned reference, as `resolveImage` returned it. */
  readonly imageReference: string;
  readonly port: number;
  /** What the program speaks there; HTTP/1.1 unless said. `h2c` is HTTP/2 without TLS from the first byte on. */
  readonly protocol?: 'http1' | 'h2c';
  /** Replaces the image's ENTRYPOINT when not empty. */
  readonly command: readonly string[];
  /** Replaces the image's CMD when not empty. */
  readonly arguments: readonly string[];
  /** Complete environment without what the image itself sets; wins over the image. */
  readonly environment: Readonly<Record<string, string>>;
  /** Shown read-only. Without one of these volumes no instance starts. */
  readonly mounts?: readonly VolumeMountWorkload[];
  /** User id inside the instance; undefined means the image's USER. */
  readonly userId?: number;
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes: number;
  readonly readiness: ProbeWorkload;
  readonly liveness?: ProbeWorkload;
  readonly scale: ScaleBounds;
  /** Absent is the same as `none`. With `frozen` an engine may fall back to `created`. */
  readonly standby?: StandbyMode;
}

export interface TrafficShare {
  readonly revisionName: string;
  /** 0..100. */
  readonly percent: number;
}

/** Hosts of their own that lead to one revision, whatever its share is. */
export interface TaggedRoute {
  /** Lower case, without port; unique among all hosts of the engine. */
  readonly hosts: readonly string[];
  readonly revisionName: string;
}

/** Instances to be replaced by new ones, one after the other, without a request that fails. */
export interface RestartOrder {
  /** All that were made before (ISO 8601). */
  readonly createdBefore?: string;
  readonly instanceNames: readonly string[];
}

export interface AppWorkload extends AppKey {
  /** Host names that lead to this app, lower case, without port; see `app-host.ts` for those that are not public. */
  readonly hosts: readonly string[];
  /** Ranges of addresses whose requests from outside it answers; absent: everybody's. Its own project is never meant. */
  readonly sources?: readonly string[];
  /** Revisions that may have instances: those with traffic or a tag, and the one being rolled out. */
  readonly revisions: readonly RevisionWorkload[];
  /**
   * Sums to 100, or is empty while no revision has ever been ready. A revision that gets a share keeps others theirs
   * until it takes requests; one that sleeps wakes when its share is drawn; one that fails leaves its share to others.
   */
  readonly traffic: readonly TrafficShare[];
  /** Absent is the same as none. */
  readonly tags?: readonly TaggedRoute[];
  readonly restart?: RestartOrder;
  /** Calls from apps of its own project; absent: every one may call it, and nothing is done about failures. */
  readonly mesh?: MeshWorkload;
}
