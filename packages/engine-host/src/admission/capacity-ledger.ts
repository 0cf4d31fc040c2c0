/**
 * Who holds how much of this platform, and the line of those that wait for room. What runs is in here from before it
 * starts until the runtime has told its end; a new daemon fills it from the instances it adopts, so nothing of it is
 * stored. When something leaves, whoever may start next does (the rule: `admission.ts` of `engine`).
 */
import { isDeepStrictEqual } from 'node:util';
import {
  addResources,
  admissionBound,
  decideNextAdmission,
  NO_RESOURCES,
  type AdmissionBound,
  type AdmissionState,
  type Capacity,
  type CapacityObservation,
  type ProjectAccount,
  type Resources,
} from '@slipway/engine';
import { InstanceFault } from '../app/instance-fault.ts';
import { describeBound } from './describe-bound.ts';

/** Starts that wait for room; one more is refused, and tried again later. */
export const WAITING_MAX = 1_000;

export interface Claim {
  /** Unique on the platform while it is held, e.g. the name of an instance. */
  readonly id: string;
  readonly projectId: string;
  readonly size: Resources;
}

export interface EnterOptions {
  readonly signal: AbortSignal;
  /** Called when it must wait, and again when what it waits for is another thing. */
  readonly onWait?: ((bound: AdmissionBound | undefined) => void) | undefined;
}

interface Waiting extends EnterOptions {
  readonly claim: Claim;
  readonly admit: () => void;
  told: string | undefined;
}

export class CapacityLedger {
  readonly #capacity: Capacity;
  readonly #held = new Map<string, Claim>();
  readonly #quotas = new Map<string, Resources>();
  /** Declared minimum by app. */
  readonly #minimums = new Map<string, Omit<Claim, 'id'>>();
  readonly #line: Waiting[] = [];
  #isServing = false;

  constructor(capacity: Capacity) {
    this.#capacity = capacity;
  }

  setQuota(projectId: string, quota: Resources | undefined): void {
    if (quota) this.#quotas.set(projectId, quota);
    else this.#quotas.delete(projectId);
    this.#serveSoon();
  }

  /** What an app is to have at least. Most are to have nothing: of a machine full of them none is added up at a start. */
  declareMinimum(appId: string, minimum: Omit<Claim, 'id'>): void {
    if (isDeepStrictEqual(minimum.size, NO_RESOURCES)) {
      this.forgetMinimum(appId);
      return;
    }
    if (isDeepStrictEqual(minimum, this.#minimums.get(appId))) return;
    this.#minimums.set(appId, minimum);
    this.#serveSoon();
  }

  forgetMinimum(appId: string): void {
    if (this.#minimums.delete(appId)) this.#serveSoon();
  }

  /** A new life of the engine: what runs is held anew, and everything declared anew. */
  reset(keep: ReadonlySet<string>): void {
    this.#quotas.clear();
    this.#minimums.clear();
    for (const id of this.#held.keys()) if (!keep.has(id)) this.#held.delete(id);
  }

  /** What runs already counts whether it fits or not. */
  hold(claim: Claim): void {
    this.#held.set(claim.id, claim);
  }

  release(claimId: string): void {
    if (this.#held.delete(claimId)) this.#serveSoon();
  }

  /** Resolves when there is room, which is held from then on; at once when it is held already. Rejects with the signal's reason, or a full line. */
  async enter(claim: Claim, options: EnterOptions): Promise<void> {
    options.signal.throwIfAborted();
    if (this.#held.has(claim.id)) return;
    if (this.#line.length >= WAITING_MAX) {
      throw new InstanceFault('no_capacity', `${WAITING_MAX} starts already wait for room on this platform`);
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { ...options, claim, admit: resolve, told: undefined };
    const giveUp = () => {
      const at = this.#line.indexOf(waiting);
      // Let in a moment before: whoever asked looks at the signal itself, and gives the room back.
      if (at < 0) return;
      this.#line.splice(at, 1);
      reject(options.signal.reason);
      this.#serveSoon();
    };
    this.#line.push(waiting);
    options.signal.addEventListener('abort', giveUp, { once: true });
    this.#serveSoon();
    try {
      await promise;
    } finally {
      options.signal.removeEventListener('abort', giveUp);
    }
  }

  /** What those who wait wait for: room of the platform, or of their projects. */
  waitsFor(): readonly (AdmissionBound & { readonly projectId: string })[] {
    if (this.#line.length === 0) return [];
    const state = this.#state();
    return this.#line.flatMap(({ claim }) => {
      const bound = admissionBound(claim, state);
      return bound && !bound.isHopeless ? [{ ...bound, projectId: claim.projectId }] : [];
    });
  }

  get isAnyHeld(): boolean {
    return this.#held.size > 0;
  }

  get freeMemoryBytes(): number {
    const held = [...this.#held.values()].reduce((sum, { size }) => sum + size.memoryBytes, 0);
    return this.#capacity.memoryBytes - held;
  }

  observe(): CapacityObservation {
    const { projects } = this.#state();
    const used = [...projects.values()].reduce((sum, account) => addResources(sum, account.used), NO_RESOURCES);
    const byProject = new Map([...projects].map(([projectId, account]) => [projectId, account.used] as const));
    return { capacity: this.#capacity, used, projects: byProject, waiting: this.#line.length };
  }

  /** Once for all that happens in one turn: whole apps come and go. */
  #serveSoon(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    queueMicrotask(() => {
      this.#isServing = false;
      this.#serve();
    });
  }

  /** Lets in whoever may start; tells the others why they wait. */
  #serve(): void {
    let state = this.#state();
    for (;;) {
      const next = decideNextAdmission(
        this.#line.map(({ claim }) => claim),
        state,
      );
      const [admitted] = next === undefined ? [] : this.#line.splice(next, 1);
      if (!admitted) break;
      this.hold(admitted.claim);
      state = withMore(state, admitted.claim);
      admitted.admit();
    }
    for (const waiting of this.#line) {
      const bound = admissionBound(waiting.claim, state);
      const told = bound ? describeBound(bound) : '';
      if (told === waiting.told) continue;
      waiting.told = told;
      waiting.onWait?.(bound);
    }
  }

  #state(): AdmissionState {
    const projects = new Map<string, ProjectAccount>();
    const accountOf = (projectId: string): ProjectAccount => {
      const quota = this.#quotas.get(projectId);
      return projects.get(projectId) ?? { used: NO_RESOURCES, declared: NO_RESOURCES, ...(quota && { quota }) };
    };
    for (const projectId of this.#quotas.keys()) projects.set(projectId, accountOf(projectId));
    for (const { projectId, size } of this.#held.values()) {
      const account = accountOf(projectId);
      projects.set(projectId, { ...account, used: addResources(account.used, size) });
    }
    for (const { projectId, size } of this.#minimums.values()) {
      const account = accountOf(projectId);
      projects.set(projectId, { ...account, declared: addResources(account.declared, size) });
    }
    return { capacity: this.#capacity, projects };
  }
}

function withMore(state: AdmissionState, { projectId, size }: Claim): AdmissionState {
  const account = state.projects.get(projectId) ?? { used: NO_RESOURCES, declared: NO_RESOURCES };
  const projects = new Map(state.projects);
  projects.set(projectId, { ...account, used: addResources(account.used, size) });
  return { ...state, projects };
}
