/**
 * One app: gives its revisions their roles, leads its hosts to the revisions with the traffic, and holds the requests
 * that wait for one to wake. Hosts change from one revision to the next only when the next one takes requests, so a
 * rollout fails none.
 */
import { randomInt } from 'node:crypto';
import type { AppKey, AppObservation, AppWorkload, RevisionMetrics, RevisionObservation } from '@slipway/engine';
import { AppAdmission, withWaiting } from '../admission/app-admission.ts';
import type { HeldRequest, Woken } from '../activator/activator.ts';
import type { CapacityLedger } from '../admission/capacity-ledger.ts';
import type { AdoptedStandby, Instance, InstanceEnd } from '../instance/instance-runtime.ts';
import type { KnownServer, SlotSample } from '../proxy/haproxy-output.ts';
import { OutlierWatch } from '../mesh/outlier-watch.ts';
import { AppRoute, type RouteWanted } from './app-route.ts';
import { InstanceFault } from './instance-fault.ts';
import type { RevisionRole } from './instances-wanted.ts';
import { RevisionRunner } from './revision-runner.ts';
import type { RunnerParts } from './runner-parts.ts';

export type AppParts = Omit<RunnerParts, 'admission' | 'app' | 'onChange' | 'lead' | 'onFault'> & {
  readonly ledger: CapacityLedger;
  /** The app looks different now, or has woken or gone to sleep. */
  readonly onChange: (app: AppController) => void;
};

interface Waiter {
  readonly route: AppRoute<RevisionRunner>;
  readonly bucket: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Longer than a quick program takes to start. Of what takes longer, nobody notices that it is told a little later. */
const EXPECTED_MS = 5_000;

export class AppController {
  readonly #parts: AppParts;
  readonly #runners = new Map<string, RevisionRunner>();
  readonly #outliers = new Map<RevisionRunner, OutlierWatch>();
  readonly #waiters = new Set<Waiter>();
  readonly #admission: AppAdmission;
  #workload: AppWorkload;
  /** The app's own hosts first, then those of its tags, by the first of their hosts. */
  readonly #routes = new Map<string, AppRoute<RevisionRunner>>();
  readonly #ledHosts = new Map<string, readonly string[]>();
  /** Until then what was found is adopted, and nothing is led anywhere. */
  #appliedAt = Number.NEGATIVE_INFINITY;
  #isActing = false;
  #isConverging = false;
  /** What HAProxy has been told, all of it. */
  #leading: Promise<unknown> = Promise.resolve();

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
        for (const waiter of this.#waiters) if (!this.#targetOf(waiter)?.hasRouted) waiter.reject(fault);
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

  /** It was changed a moment ago, and who did that waits to hear what becomes of it. */
  get isExpected(): boolean {
    return performance.now() - this.#appliedAt < EXPECTED_MS;
  }

  /** Some revision has a slot, so the scaler must look. */
  get isAwake(): boolean {
    for (const runner of this.#runners.values()) if (runner.slot.number !== undefined) return true;
    return false;
  }

  /** Resolves when HAProxy leads requests as that says, as far as those who are to have them take any. */
  async apply(workload: AppWorkload): Promise<void> {
    this.#isActing = true;
    this.#appliedAt = performance.now();
    this.declare(workload);
    this.#converge();
    for (const runner of this.#runners.values()) runner.restart(workload.restart);
    await this.#leading;
  }

  /** Knows its revisions, and does nothing yet: at the start of the daemon what runs is adopted first. */
  declare(workload: AppWorkload): void {
    this.#workload = workload;
    const wanted = routesOf(workload);
    for (const [id, route] of wanted) {
      const known = this.#routes.get(id);
      if (known) known.want(route);
      else this.#routes.set(id, new AppRoute(route, (name) => this.#runners.get(name)));
    }
    for (const id of this.#routes.keys()) if (!wanted.has(id)) this.#dropRoute(id);
    for (const revision of workload.revisions) {
      const { revisionName } = revision;
      if (this.#runners.has(revisionName)) continue;
      const role = this.#isNeeded(revisionName) ? 'serving' : 'verifying';
      const runner = new RevisionRunner(revision, role, this.#runnerParts());
      this.#runners.set(revisionName, runner);
      this.#outliers.set(runner, new OutlierWatch(this.#parts));
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
   * Resolves when HAProxy leads the request to an instance that takes requests, waking one if none does: with what was
   * waited for, and the number that keeps it at its revision. Rejects with InstanceFault as soon as that cannot be, and with
   * the signal's reason.
   */
  async waitRoutable(request: HeldRequest, signal: AbortSignal): Promise<Woken> {
    const route = this.#routeOf(request.host);
    const bucket = request.bucket ?? route.drawWaiting(randomInt);
    const kept = () => (route.isSplit ? { bucket } : {});
    const runner = this.#targetOf({ route, bucket });
    if (!runner) throw new InstanceFault('engine_error', 'it has no revision yet');
    if (runner.hasRouted && route.isRouted) return kept();
    const waitsFor = () => this.#admission.waitsFor(runner.revision.revisionName);
    const blockedBy = runner.blockedBy ?? (waitsFor()?.isHopeless ? waitsFor()?.fault : undefined);
    if (blockedBy) throw blockedBy;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { route, bucket, resolve, reject };
    // Who has waited for room as long as a request may is told so.
    const onAbort = () => reject(waitsFor()?.fault ?? (signal.reason as Error));
    const sinceMs = Date.now();
    this.#waiters.add(waiter);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      if (runner.role === 'serving') runner.wake(this.#waitingFor(runner));
      await promise;
      // Else the request can be in HAProxy before the way that it is to take, and would come back to us.
      await this.#leading;
      const start = runner.places.startSince(sinceMs);
      return { ...kept(), ...(start && { start }) };
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
      const waiting = this.#waitingFor(runner);
      if (!sample) continue;
      isBusy = runner.tick(sample, waiting) || isBusy;
      this.#outliers.get(runner)?.look(runner, sample, this.#workload.mesh?.outliers);
    }
    return isBusy;
  }

  observe(): AppObservation {
    const { projectId, appName, revisions } = this.#workload;
    const runners = revisions
      .map(({ revisionName }) => this.#runners.get(revisionName))
      .filter((one) => one !== undefined);
    const awaited = this.#routes.get(OWN_HOSTS)?.awaited.map(({ revision }) => revision.revisionName) ?? [];
    return {
      projectId,
      appName,
      revisions: runners.map((runner) => this.#observe(runner)),
      instances: [...this.#runners.values()].flatMap((runner) => runner.places.observe()),
      ...(awaited.length > 0 && { awaited }),
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
    this.#workload = { ...this.#workload, revisions: [], traffic: [], tags: [] };
    const hosts = [...this.#ledHosts.values()].flat();
    this.#routes.clear();
    this.#ledHosts.clear();
    await this.#parts.edge.clearHosts(hosts);
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

  #routeOf(host: string): AppRoute<RevisionRunner> {
    const routes = [...this.#routes.values()];
    const route = routes.find((candidate) => candidate.hosts.includes(host)) ?? routes[0];
    if (!route) throw new InstanceFault('engine_error', 'it was deleted');
    return route;
  }

  /** While nothing has any share, the newest revision is what requests wait for. */
  #targetOf({ route, bucket }: Pick<Waiter, 'route' | 'bucket'>): RevisionRunner | undefined {
    return route.targetFor(bucket) ?? [...this.#runners.values()].at(-1);
  }

  #waitingFor(runner: RevisionRunner): number {
    return [...this.#waiters].filter((waiter) => this.#targetOf(waiter) === runner).length;
  }

  #isNeeded(revisionName: string): boolean {
    return [...this.#routes.values()].some((route) => route.needs(revisionName));
  }

  #runnerParts(): RunnerParts {
    const { projectId, appName } = this.#workload;
    return {
      ...this.#parts,
      admission: this.#admission,
      windows: { ...this.#parts.windows, isSuccessorWaiting: () => this.#isSuccessorWaiting() },
      app: { projectId, appName },
      onChange: () => this.#onChange(),
      lead: () => this.#leadOn(),
      onFault: (runner, fault) => {
        this.#converge();
        if (runner.hasRouted) return;
        for (const waiter of this.#waiters) if (this.#targetOf(waiter) === runner) waiter.reject(fault);
      },
    };
  }

  #onChange(): void {
    this.#converge();
    this.#parts.onChange(this);
  }

  /** Brings routes and roles in line. Role changes call back here; the outer call finishes the work. */
  #converge(): void {
    if (this.#isConverging || !this.#isActing) return;
    this.#isConverging = true;
    void this.#leadOn();
    for (const [name, runner] of this.#runners) {
      const role = this.#roleOf(name, runner);
      runner.become(role);
      if (runner.isGone && role === 'retired' && !isDeclared(this.#workload, name)) {
        this.#runners.delete(name);
        this.#outliers.delete(runner);
      }
    }
    for (const route of this.#routes.values()) {
      for (const runner of route.awaited) if (!runner.hasRouted && !runner.blockedBy) runner.wake(0);
    }
    this.#isConverging = false;
    for (const waiter of this.#waiters) {
      if (waiter.route.isRouted && this.#targetOf(waiter)?.hasRouted) waiter.resolve();
    }
  }

  /** A revision that still has the requests keeps them until its successor takes them. */
  #roleOf(name: string, runner: RevisionRunner): RevisionRole {
    if (this.#isNeeded(name)) return 'serving';
    return runner.role === 'verifying' && isDeclared(this.#workload, name) ? 'verifying' : 'retired';
  }

  /** Whoever waits for what HAProxy was told waits for this, too: `observe` tells it from now on. */
  #leadOn(): Promise<void> {
    const led = this.#lead();
    this.#leading = Promise.all([this.#leading, led]);
    return led;
  }

  /** Leads every host to who takes its requests now; returns when HAProxy does. */
  async #lead(): Promise<void> {
    const { edge, log } = this.#parts;
    if (!this.#isActing) return;
    const steps = [...this.#routes].map(async ([id, route]) => {
      const shares = route.settle();
      const gone = (this.#ledHosts.get(id) ?? []).filter((host) => !route.isRouted || !route.hosts.includes(host));
      if (route.isRouted) this.#ledHosts.set(id, route.hosts);
      else this.#ledHosts.delete(id);
      await Promise.all([route.isRouted && edge.setHosts(route.hosts, shares), edge.clearHosts(gone)]);
    });
    for (const step of await Promise.allSettled(steps)) {
      if (step.status === 'rejected') log.error('HAProxy refuses a route', { ...this.#name, error: step.reason });
    }
  }

  #dropRoute(id: string): void {
    const hosts = this.#ledHosts.get(id) ?? [];
    this.#routes.delete(id);
    this.#ledHosts.delete(id);
    this.#parts.edge.clearHosts(hosts).catch((error: unknown) => {
      this.#parts.log.error('HAProxy keeps a route', { ...this.#name, error });
    });
  }

  get #name(): AppKey {
    const { projectId, appName } = this.#workload;
    return { projectId, appName };
  }
}

const OWN_HOSTS = '';

/** What is wanted of the app's own hosts and of each tag, by an id that stays. */
function routesOf({ hosts, tags = [], traffic }: AppWorkload): ReadonlyMap<string, RouteWanted> {
  const own: RouteWanted = { hosts, shares: traffic.filter(({ percent }) => percent > 0), isTag: false };
  const tagged = tags.map((tag): [string, RouteWanted] => [
    tag.hosts[0] ?? '',
    { hosts: tag.hosts, shares: [{ revisionName: tag.revisionName, percent: 100 }], isTag: true },
  ]);
  return new Map([[OWN_HOSTS, own], ...tagged.filter(([id]) => id !== OWN_HOSTS)]);
}

function isDeclared(workload: AppWorkload, revisionName: string): boolean {
  return workload.revisions.some((revision) => revision.revisionName === revisionName);
}
