/**
 * One app: gives its revisions their roles, leads its hosts to the revision with the traffic, and holds the requests
 * that wait for it to wake. Hosts change from one revision to the next only when the next one takes requests, so a
 * rollout fails none.
 */
import type { AppObservation, AppWorkload, RevisionMetrics, RevisionObservation, StartTimes } from '@slipway/engine';
import { AppAdmission, withWaiting } from '../admission/app-admission.ts';
import type { CapacityLedger } from '../admission/capacity-ledger.ts';
import type { AdoptedStandby, Instance, InstanceEnd } from '../instance/instance-runtime.ts';
import type { KnownServer, SlotSample } from '../proxy/haproxy-output.ts';
import { InstanceFault } from './instance-fault.ts';
import type { RevisionRole } from './instances-wanted.ts';
import { RevisionRunner } from './revision-runner.ts';
import type { RunnerParts } from './runner-parts.ts';

export type AppParts = Omit<RunnerParts, 'admission' | 'app' | 'onChange' | 'beforeEmpty' | 'onFault'> & {
  readonly ledger: CapacityLedger;
  /** The app looks different now, or has woken or gone to sleep. */
  readonly onChange: (app: AppController) => void;
};

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class AppController {
  readonly #parts: AppParts;
  readonly #runners = new Map<string, RevisionRunner>();
  readonly #waiters = new Set<Waiter>();
  readonly #admission: AppAdmission;
  #workload: AppWorkload;
  /** The hosts lead to its slot. */
  #routed: RevisionRunner | undefined;
  #routedHosts: readonly string[] = [];
  #isConverging = false;

  constructor(workload: AppWorkload, parts: AppParts) {
    this.#workload = workload;
    this.#parts = parts;
    const { emit, ledger } = parts;
    const { projectId, appName } = workload;
    this.#admission = new AppAdmission({
      app: { projectId, appName },
      emit,
      ledger,
      onChange: () => parts.onChange(this),
      onHopeless: (fault) => {
        if (!this.#routed?.hasRouted) for (const waiter of this.#waiters) waiter.reject(fault);
      },
    });
  }

  get workload(): AppWorkload {
    return this.#workload;
  }

  /** All its revisions are stopped. */
  get isGone(): boolean {
    return [...this.#runners.values()].every((runner) => runner.isGone);
  }

  /** Slots that the scaler looks at. */
  get slots(): readonly number[] {
    return [...this.#runners.values()].map((runner) => runner.slot.number).filter((slot) => slot !== undefined);
  }

  /** Some revision has a slot, so the scaler must look. */
  get isAwake(): boolean {
    return this.slots.length > 0;
  }

  apply(workload: AppWorkload): void {
    this.declare(workload);
    this.#converge();
    for (const runner of this.#runners.values()) runner.reconcile();
  }

  /** Knows its revisions, and does nothing yet: at the start of the daemon what runs is adopted first. */
  declare(workload: AppWorkload): void {
    this.#workload = workload;
    const primary = primaryRevision(workload);
    for (const revision of workload.revisions) {
      const { revisionName } = revision;
      if (this.#runners.has(revisionName)) continue;
      const role = revisionName === primary ? 'serving' : 'verifying';
      this.#runners.set(revisionName, new RevisionRunner(revision, role, this.#runnerParts()));
    }
  }

  /** False when its revision is not wanted. */
  async adopt(instance: Instance, known: KnownServer | undefined): Promise<boolean> {
    const runner = this.#runners.get(instance.revisionName);
    if (!runner) return false;
    await runner.adopt(instance, known);
    return true;
  }

  /** False when it is not to stand by any more. */
  adoptStandby(found: AdoptedStandby): boolean {
    return this.#runners.get(found.instance.revisionName)?.adoptStandby(found) ?? false;
  }

  noteEnded(ended: Instance & InstanceEnd): void {
    this.#runners.get(ended.revisionName)?.noteEnded(ended);
  }

  onEnd(end: InstanceEnd): boolean {
    return [...this.#runners.values()].some((runner) => runner.onEnd(end));
  }

  /**
   * Resolves when HAProxy leads the app's hosts to an instance that takes requests, waking one if none does. Rejects
   * with InstanceFault as soon as that cannot be, and with the signal's reason. Tells what was waited for; nothing when
   * there was an instance already.
   */
  async waitRoutable(signal: AbortSignal): Promise<StartTimes | undefined> {
    const primary = this.#primary;
    if (primary && primary === this.#routed && primary.hasRouted) return undefined;
    const runner = primary ?? [...this.#runners.values()].at(-1);
    if (!runner) throw new InstanceFault('engine_error', 'it has no revision yet');
    const waitsFor = () => this.#admission.waitsFor(runner.revision.revisionName);
    const blockedBy = runner.blockedBy ?? (waitsFor()?.isHopeless ? waitsFor()?.fault : undefined);
    if (blockedBy) throw blockedBy;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { resolve, reject };
    // Who has waited for room as long as a request may is told so.
    const onAbort = () => reject(waitsFor()?.fault ?? (signal.reason as Error));
    const sinceMs = Date.now();
    this.#waiters.add(waiter);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      if (runner.role === 'serving') runner.wake(this.#waiters.size);
      await promise;
      return runner.startSince(sinceMs);
    } finally {
      this.#waiters.delete(waiter);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Returns whether there is demand. */
  tick(samples: ReadonlyMap<number, SlotSample | undefined>): boolean {
    let isBusy = this.#waiters.size > 0;
    for (const runner of this.#runners.values()) {
      const sample = runner.slot.number === undefined ? undefined : samples.get(runner.slot.number);
      const waiting = runner === this.#primary ? this.#waiters.size : 0;
      if (sample) isBusy = runner.tick(sample, waiting) || isBusy;
    }
    return isBusy;
  }

  observe(): AppObservation {
    const { projectId, appName, revisions } = this.#workload;
    const runners = revisions
      .map(({ revisionName }) => this.#runners.get(revisionName))
      .filter((one) => one !== undefined);
    return {
      projectId,
      appName,
      revisions: runners.map((runner) => this.#observe(runner)),
      instances: [...this.#runners.values()].flatMap((runner) => runner.observeInstances()),
    };
  }

  observeMetrics(): readonly RevisionMetrics[] {
    return [...this.#runners.values()].map((runner) => runner.observeMetrics());
  }

  /** In vain does not count: it would wait for ever. */
  #isSuccessorWaiting(): boolean {
    const isWaiting = ({ role, revision }: RevisionRunner) =>
      role === 'verifying' && this.#admission.waitsFor(revision.revisionName)?.isHopeless === false;
    return [...this.#runners.values()].some(isWaiting);
  }

  #observe(runner: RevisionRunner): RevisionObservation {
    const { revision } = runner;
    const waiting = this.#admission.waitsFor(revision.revisionName);
    const { appName } = this.#workload;
    return withWaiting(runner.observe(), revision, waiting && { appName, fault: waiting.fault });
  }

  /** No request reaches the app when this returns; its instances are drained and stopped after. */
  async remove(): Promise<void> {
    this.#workload = { ...this.#workload, revisions: [], traffic: [] };
    await this.#unroute();
    for (const waiter of this.#waiters) waiter.reject(new InstanceFault('engine_error', 'it was deleted'));
    for (const runner of this.#runners.values()) runner.remove();
  }

  /** Resolves when every instance of a removed app is stopped. */
  async gone(): Promise<void> {
    await Promise.all([...this.#runners.values()].map((runner) => runner.settled()));
  }

  /** Lets go of everything; what is ready goes on. */
  async close(): Promise<void> {
    for (const waiter of this.#waiters) waiter.reject(new InstanceFault('engine_error', 'the platform restarts'));
    await Promise.all([...this.#runners.values()].map((runner) => runner.close()));
  }

  get #primary(): RevisionRunner | undefined {
    const name = primaryRevision(this.#workload);
    return name === undefined ? undefined : this.#runners.get(name);
  }

  #runnerParts(): RunnerParts {
    const { projectId, appName } = this.#workload;
    return {
      ...this.#parts,
      admission: this.#admission,
      windows: { ...this.#parts.windows, isSuccessorWaiting: () => this.#isSuccessorWaiting() },
      app: { projectId, appName },
      onChange: () => this.#onChange(),
      beforeEmpty: async (runner) => {
        if (runner === this.#routed) await this.#unroute();
      },
      onFault: (runner, fault) => {
        if (runner.hasRouted || (this.#primary && runner !== this.#primary)) return;
        for (const waiter of this.#waiters) waiter.reject(fault);
      },
    };
  }

  #onChange(): void {
    this.#converge();
    this.#parts.onChange(this);
  }

  /** Brings routes and roles in line. Role changes call back here; the outer call finishes the work. */
  #converge(): void {
    if (this.#isConverging) return;
    this.#isConverging = true;
    const primary = this.#primary;
    if (primary?.hasRouted) this.#route(primary);
    for (const [name, runner] of this.#runners) {
      const role = this.#roleOf(runner, primary);
      runner.become(role);
      if (runner.isGone && role === 'retired' && !isDeclared(this.#workload, name)) this.#runners.delete(name);
    }
    if (primary && this.#routed && this.#routed !== primary && !primary.blockedBy) primary.wake(0);
    this.#isConverging = false;
    if (primary?.hasRouted && this.#routed === primary) for (const waiter of this.#waiters) waiter.resolve();
  }

  /** A revision that still has the requests keeps them until its successor takes them. */
  #roleOf(runner: RevisionRunner, primary: RevisionRunner | undefined): RevisionRole {
    if (runner === primary) return 'serving';
    if (runner === this.#routed && primary) return 'serving';
    if (runner.role === 'verifying' && isDeclared(this.#workload, runner.revision.revisionName)) return 'verifying';
    return 'retired';
  }

  #route(runner: RevisionRunner): void {
    const slot = runner.slot.number;
    if (slot === undefined) return;
    const { hosts } = this.#workload;
    if (runner === this.#routed && sameHosts(hosts, this.#routedHosts)) return;
    const gone = this.#routedHosts.filter((host) => !hosts.includes(host));
    this.#routed = runner;
    this.#routedHosts = hosts;
    const { edge, log } = this.#parts;
    Promise.all([edge.setHosts(hosts, slot), edge.clearHosts(gone)]).catch((error: unknown) => {
      this.#routed = undefined;
      log.error('HAProxy refuses a route', { hosts, error });
    });
  }

  async #unroute(): Promise<void> {
    this.#routed = undefined;
    const hosts = this.#routedHosts;
    this.#routedHosts = [];
    await this.#parts.edge.clearHosts(hosts);
  }
}

/** The revision that gets the traffic: the one with the largest share. */
export function primaryRevision(workload: AppWorkload): string | undefined {
  const shares = workload.traffic.filter((share) => share.percent > 0);
  return shares.toSorted((one, other) => other.percent - one.percent)[0]?.revisionName;
}

function isDeclared(workload: AppWorkload, revisionName: string): boolean {
  return workload.revisions.some((revision) => revision.revisionName === revisionName);
}

function sameHosts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((host) => other.includes(host));
}
