/** Makes what apps have set for calls of their project come true: in HAProxy, and between instances directly. */
import { allHosts, type AppKey, type AppWorkload } from '@slipway/engine';
import type { HostLog } from '../host-log.ts';
import type { InstanceRuntime } from '../instance/instance-runtime.ts';
import type { Edge } from '../proxy/edge.ts';
import type { MeshEntry } from '../proxy/mesh-entries.ts';
import { renderMeshValue } from '../proxy/mesh-rules.ts';
import { projectKeys, projectNames } from '../proxy/route-keys.ts';
import type { CallerIdentity } from './caller-identity.ts';

export interface AppMeshParts {
  readonly edge: Pick<Edge, 'setMesh'>;
  readonly callers: CallerIdentity;
  readonly runtime: Pick<InstanceRuntime, 'gatewayOf' | 'restrictCallers'>;
  readonly log: HostLog;
}

export class AppMesh {
  readonly #parts: AppMeshParts;

  constructor(parts: AppMeshParts) {
    this.#parts = parts;
  }

  /** Resolves when it holds. */
  declare(workload: AppWorkload): Promise<void> {
    const { runtime } = this.#parts;
    const entry = this.#entryFor(workload);
    return this.#try(
      workload,
      this.#tell(workload, entry),
      runtime.restrictCallers(keyOf(workload), workload.mesh?.callers),
    );
  }

  /** The app has no name any more; instances that still end are as closed as they were. */
  forget(app: AppKey): Promise<void> {
    return this.#try(app, this.#tell(app, undefined));
  }

  /** No instance of the app is left. */
  open(app: AppKey): Promise<void> {
    return this.#try(app, this.#parts.runtime.restrictCallers(keyOf(app), undefined));
  }

  #tell({ appName, projectId }: AppKey, entry: MeshEntry | undefined): Promise<void> {
    return this.#parts.edge.setMesh(`${projectId}/${appName}`, entry);
  }

  async #try(app: AppKey, ...steps: readonly Promise<void>[]): Promise<void> {
    const message = 'What an app has set for calls of its project fails';
    for (const step of await Promise.allSettled(steps)) {
      if (step.status === 'rejected') this.#parts.log.error(message, { ...keyOf(app), error: step.reason });
    }
  }

  #entryFor(workload: AppWorkload): MeshEntry | undefined {
    const { callers, runtime } = this.#parts;
    const { mesh, projectId } = workload;
    const gateway = runtime.gatewayOf(projectId);
    const callee = callers.nameOf(workload);
    if (!mesh || gateway === undefined || callee === undefined) return undefined;
    const own = projectNames(allHosts(workload));
    const named = mesh.callers ? [workload.appName, ...mesh.callers] : [];
    const calls = named.flatMap((appName) => callers.nameOf({ projectId, appName }) ?? []);
    return {
      keys: projectKeys(workload, gateway),
      value: renderMeshValue(callee, mesh, (host) => own.includes(host)),
      calls: calls.map((caller) => `${caller}/${callee}`),
    };
  }
}

function keyOf({ appName, projectId }: AppKey): AppKey {
  return { projectId, appName };
}
