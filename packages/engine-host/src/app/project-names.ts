/**
 * The names under which instances find the apps of their own project, told to the project's name server. Several changes
 * of one moment are told once.
 */
import { allHosts, type AppKey, type AppWorkload } from '@slipway/engine';
import type { HostLog } from '../host-log.ts';
import type { InstanceRuntime } from '../instance/instance-runtime.ts';
import { projectNames } from '../proxy/route-keys.ts';

export interface ProjectNamesParts {
  readonly runtime: Pick<InstanceRuntime, 'publishNames'>;
  readonly log: HostLog;
}

export class ProjectNames {
  readonly #parts: ProjectNamesParts;
  /** By project, then by app. */
  readonly #names = new Map<string, Map<string, readonly string[]>>();
  readonly #waiting = new Set<string>();

  constructor(parts: ProjectNamesParts) {
    this.#parts = parts;
  }

  declare(workload: Pick<AppWorkload, 'appName' | 'hosts' | 'projectId' | 'tags'>): void {
    const { projectId, appName } = workload;
    const apps = this.#names.get(projectId) ?? new Map<string, readonly string[]>();
    this.#names.set(projectId, apps.set(appName, projectNames(allHosts(workload))));
    this.#publishSoon(projectId);
  }

  forget({ projectId, appName }: AppKey): void {
    if (this.#names.get(projectId)?.delete(appName)) this.#publishSoon(projectId);
  }

  #publishSoon(projectId: string): void {
    if (this.#waiting.has(projectId)) return;
    this.#waiting.add(projectId);
    queueMicrotask(() => {
      this.#waiting.delete(projectId);
      const names = [...(this.#names.get(projectId)?.values() ?? [])].flat();
      this.#parts.runtime.publishNames(projectId, names).catch((error: unknown) => {
        this.#parts.log.error('The names of a project cannot be told to its name server', { projectId, error });
      });
    });
  }
}
