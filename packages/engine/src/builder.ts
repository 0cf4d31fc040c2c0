/**
 * The second, smaller seam: source in, image out. Beside `Engine` because a cluster builds with Shipwright where one
 * machine builds with buildah. A user's faulty source is an outcome, not an exception: `run` throws EngineFault only
 * for what is worth trying again.
 */
import type { LogEntry } from './observation.ts';
import type { ProjectWorkload } from './workload.ts';

export const BUILD_STRATEGIES = ['dockerfile', 'buildpacks'] as const;
export type BuildStrategy = (typeof BUILD_STRATEGIES)[number];

/** A strategy that a builder has, and the languages it recognises by itself. */
export interface BuilderStrategy {
  readonly name: BuildStrategy;
  readonly languages: readonly string[];
}

export interface BuildWorkload {
  readonly projectId: string;
  readonly buildRunName: string;
  /** A packed folder (tar, optionally gzip) on this machine, and its SHA-256 in hex. */
  readonly source: { readonly archivePath: string; readonly sha256: string };
  /** Folder inside the source to build in; '' is its root. */
  readonly contextDir: string;
  readonly strategy: BuildStrategy;
  /** Dockerfile path inside the context; used by `dockerfile`. */
  readonly specFile: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** Where to push, `registry/repository:tag`. */
  readonly outputImage: string;
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly timeoutMs: number;
}

/** Why a build failed; the words are the public API's build run reasons. */
export const BUILD_FAULTS = [
  'failed',
  'timeout',
  'exceeded_ephemeral_storage',
  'invalid_build_configuration',
  'missing_registry_access',
  'unknown_strategy',
] as const;
export type BuildFault = (typeof BUILD_FAULTS)[number];

export type BuildOutcome =
  | {
      readonly ok: true;
      /** `sha256:…` of the pushed manifest. */
      readonly digest: string;
      /** True when nothing had to be built: same source, plan and base as an image already in the registry. */
      readonly reused: boolean;
    }
  | { readonly ok: false; readonly fault: BuildFault; readonly message: string };

export interface BuildStep {
  /** `detect`, `prepare`, `build`, `push` … in order of appearance. */
  readonly name: string;
  readonly state: 'running' | 'succeeded' | 'failed';
  readonly durationMs?: number;
  /** e.g. what was detected. */
  readonly detail?: string;
}

export interface Builder {
  readonly strategies: readonly BuilderStrategy[];
  /** Runs to the end; aborting the signal cancels and cleans up. `onStep` tells progress, logs go to `readLogs`. */
  run(build: BuildWorkload, onStep: (step: BuildStep) => void, signal: AbortSignal): Promise<BuildOutcome>;
  /** Lines of a running or finished build, oldest first; with `follow` until the build ends or the signal aborts. */
  readLogs(
    query: {
      readonly projectId: string;
      readonly buildRunName: string;
      readonly follow: boolean;
      readonly tail?: number;
    },
    signal: AbortSignal,
  ): AsyncIterable<LogEntry>;
  /** Forgets the logs and working files of a build run that does not run. */
  remove(projectId: string, buildRunName: string): Promise<void>;
  /**
   * Forgets every build of a project of which none runs, and takes its images out of the registry: another project may
   * get the subdomain, and must not find them. A project without builds is no error.
   */
  removeProject(project: ProjectWorkload): Promise<void>;
}
