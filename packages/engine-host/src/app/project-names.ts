/**
 * The names under which instances find the apps of their own project, told to the project's name server. Several changes
 * of one moment are told once; telling costs as much as the project has apps, so what is the same is told again seldom.
 */
import { isDeepStrictEqual } from 'node:util';
import { allHosts, type AppKey, type AppWorkload } from '@slipway/engine';
import type { HostLog } from '../host-log.ts';
import type { InstanceRuntime } from '../instance/instance-runtime.ts';
import { projectNames } from '../proxy/route-keys.ts';

export interface ProjectNamesParts {
  readonly runtime: Pick<InstanceRuntime, 'publishNames'>;
  readonly log: HostLog;
  /** Monotonic; default: of the process. */
  readonly nowMs?: () => number;
}

/** Others may have removed what the name server was told: it is told again with a full pass of the control plane. */
const AGAIN_MS = 30_000;

export class ProjectNames {
  readonly #parts: ProjectNamesParts;
  /** By project, then by app. */
  readonly #names = new Map<string, Map<string, readonly string[]>>();
  readonly #waiting = new Set<string>();
  readonly #toldAtMs = new Map<string, number>();

  constructor(parts: ProjectNamesParts) {
    this.#parts = parts;
  }

  declare(workload: Pick<AppWorkload, 'appName' | 'hosts' | 'projectId' | 'tags'>): void {
    const { projectId, appName } = workload;
    const apps = this.#names.get(projectId) ?? new Map<string, readonly string[]>();
    const names = projectNames(allHosts(workload));
    const isTold = this.#nowMs() - (this.#toldAtMs.get(projectId) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS;
    if (isTold && isDeepStrictEqual(apps.get(appName), names)) return;
    this.#names.set(projectId, apps.set(appName, names));
    this.#publishSoon(projectId);
  }

  forget({ projectId, appName }: AppKey): void {
    if (this.#names.get(projectId)?.delete(appName)) this.#publishSoon(projectId);
  }

  #nowMs(): number {
    return this.#parts.nowMs?.() ?? performance.now();
  }

  #publishSoon(projectId: string): void {
    if (this.#waiting.has(projectId)) return;
    this.#waiting.add(projectId);
    queueMicrotask(() => {
      this.#waiting.delete(projectId);
      const names = [...(this.#names.get(projectId)?.values() ?? [])].flat();
      this.#toldAtMs.set(projectId, this.#nowMs());
      this.#parts.runtime.publishNames(projectId, names).catch((error: unknown) => {
        this.#toldAtMs.delete(projectId);
        this.#parts.log.error('The names of a project cannot be told to its name server', { projectId, error });
      });
    });
  }
}
