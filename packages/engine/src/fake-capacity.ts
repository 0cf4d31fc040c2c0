/** What a fake machine has given away, from the instances that run on it: the same rule as every engine, no state but quotas. */
import {
  addResources,
  admissionBound,
  decideNextAdmission,
  multiplyResources,
  NO_RESOURCES,
  type AdmissionState,
  type Capacity,
  type ProjectAccount,
  type Resources,
} from './admission.ts';
import type { CapacityObservation } from './observation.ts';
import type { RevisionWorkload } from './workload.ts';

/** Running instances of one revision. */
export interface FakeUse {
  readonly projectId: string;
  readonly workload: RevisionWorkload;
  readonly count: number;
}

const AMPLE: Capacity = { cpuMillis: 1e6, memoryBytes: 1e13 };

export class FakeCapacity {
  readonly quotas = new Map<string, Resources>();
  readonly #capacity: Capacity;

  constructor(capacity: Capacity = AMPLE) {
    this.#capacity = capacity;
  }

  /** Why so many more instances cannot run now; undefined when they can. */
  refusal(wanted: FakeUse, uses: readonly FakeUse[]): string | undefined {
    const request = { projectId: wanted.projectId, size: sizeOf(wanted) };
    const state = this.#state(uses);
    if (decideNextAdmission([request], state) !== undefined) return undefined;
    const bound = admissionBound(request, state);
    return `There is no capacity: ${bound?.scope} ${bound?.resource}`;
  }

  observe(uses: readonly FakeUse[], waiting: number): CapacityObservation {
    const { projects } = this.#state(uses);
    const used = uses.reduce((sum, use) => addResources(sum, sizeOf(use)), NO_RESOURCES);
    const byProject = new Map([...projects].map(([projectId, account]) => [projectId, account.used] as const));
    return { capacity: this.#capacity, used, projects: byProject, waiting };
  }

  #state(uses: readonly FakeUse[]): AdmissionState {
    const projects = new Map<string, ProjectAccount>();
    for (const [projectId, quota] of this.quotas)
      projects.set(projectId, { quota, used: NO_RESOURCES, declared: NO_RESOURCES });
    for (const use of uses) {
      const account = projects.get(use.projectId) ?? { used: NO_RESOURCES, declared: NO_RESOURCES };
      projects.set(use.projectId, { ...account, used: addResources(account.used, sizeOf(use)) });
    }
    return { capacity: this.#capacity, projects };
  }
}

function sizeOf({ count, workload }: FakeUse): Resources {
  const { cpuMillis, ephemeralStorageBytes, memoryBytes } = workload;
  return multiplyResources({ instances: 1, cpuMillis, memoryBytes, ephemeralStorageBytes }, count);
}
