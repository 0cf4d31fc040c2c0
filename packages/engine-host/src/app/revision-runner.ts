/**
 * Keeps one revision at the number of instances it should have: starts, restarts with growing pauses, drains and stops.
 * It decides from its own state only; who gets the traffic is the app controller's.
 *
 * Order kept: an instance that is ready enters HAProxy; one that leaves is first no longer chosen, then free of
 * requests, then unknown to HAProxy, then stopped. One that died leaves HAProxy at once.
 */
import type { InstanceObservation, RevisionMetrics, RevisionObservation, RevisionWorkload } from '@slipway/engine';
import type { Instance, InstanceEnd } from '../instance/instance-runtime.ts';
import type { KnownServer, SlotSample } from '../proxy/haproxy-output.ts';
import { instancesForDemand } from '../scaler/scale-input.ts';
import { boundsNow, createDemandHistory, type DemandHistory } from '../scaler/demand-history.ts';
import { createCrashLoop } from './crash-loop.ts';
import { instancesWanted, VERIFIED_HOLD_MS, type RevisionRole } from './instances-wanted.ts';
import { describeFault, faultOf, faultOfEnd, type InstanceFault } from './instance-fault.ts';
import { watchLiveness } from './liveness-watch.ts';
import { createPlace, randomInstanceName, type Place, type PlacePhase } from './place.ts';
import { STABLE_RUN_MS } from './restart-delay.ts';
import { RevisionSlot } from './revision-slot.ts';
import { observeGone, observePlace, observeRevision } from './revision-status.ts';
import { PlaceRuns } from './place-runs.ts';
import { RevisionLoad } from './revision-load.ts';
import type { RunnerParts } from './runner-parts.ts';
import { startInstance } from './start-instance.ts';

/** Tries of a new revision until it counts as failed: a program may wait for something that starts beside it. */
const VERIFY_TRIES_MAX = 3;
const REMOVE_DRAIN_MAX_MS = 10_000;
/** From SIGTERM to SIGKILL; the requests were drained before. */
const STOP_GRACE_MS = 10_000;
const GONE_KEPT_MAX = 20;

export class RevisionRunner {
  readonly revision: RevisionWorkload;
  readonly slot: RevisionSlot;
  readonly #parts: RunnerParts;
  readonly #runs: PlaceRuns;
  readonly #load: RevisionLoad;
  readonly #places = new Map<string, Place>();
  readonly #gone: InstanceObservation[] = [];
  readonly #tasks = new Set<Promise<void>>();
  readonly #crashes = createCrashLoop();
  #demand: DemandHistory;
  #role: RevisionRole;
  #scalerWants = 0;
  #verifiedAtMs: number | undefined;
  #hasGivenUp = false;
  #drainMaxMs = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(revision: RevisionWorkload, role: RevisionRole, parts: RunnerParts) {
    this.revision = revision;
    this.#parts = parts;
    this.#role = role;
    // Traffic is given to a revision only after it was ready.
    this.#verifiedAtMs = role === 'serving' ? 0 : undefined;
    this.#demand = createDemandHistory(revision.scale, parts.windows);
    this.#runs = new PlaceRuns(parts, revision);
    this.#load = new RevisionLoad(parts.app, revision.revisionName);
    const owner = `${parts.app.projectId}/${revision.revisionName}`;
    this.slot = new RevisionSlot({ edge: parts.edge, owner, revision });
  }

  get role(): RevisionRole {
    return this.#role;
  }

  get hasRouted(): boolean {
    return this.#list('ready').some((place) => place.isRouted);
  }

  get isGone(): boolean {
    return this.#places.size + this.#tasks.size === 0;
  }

  /** Why a request now would only wait in vain. */
  get blockedBy(): InstanceFault | undefined {
    return this.#hasGivenUp ? this.#crashes.fault : this.#crashes.blockedBy();
  }

  become(role: RevisionRole): void {
    if (role === this.#role) return;
    this.#role = role;
    if (role === 'serving') {
      this.#verifiedAtMs ??= Date.now();
      if (this.#hasGivenUp) this.#crashes.forgive();
      this.#hasGivenUp = false;
      this.#scalerWants = this.#list('ready').length;
      this.#demand = createDemandHistory(this.revision.scale, this.#parts.windows);
      for (const place of this.#list('ready')) this.#track(this.#route(place));
    }
    this.reconcile();
  }

  /** The app is deleted: its requests get a short time to end, not their full request timeout. */
  remove(): void {
    this.#drainMaxMs = REMOVE_DRAIN_MAX_MS;
    this.become('retired');
  }

  /** An instance that ended while no daemon watched. */
  noteEnded(ended: Instance & InstanceEnd): void {
    const place = { ...this.#newPlace(ended.instanceName, ended.createdAt), instance: ended, end: ended };
    this.#forget(place, faultOfEnd(ended));
  }

  /** At least one instance, and as many as the waiting requests need at once. */
  wake(waiting: number): void {
    if (this.#scalerWants === 0) this.#demand = createDemandHistory(this.revision.scale, this.#parts.windows);
    this.#demand.noteWaiting(waiting);
    this.#scaleTo(Math.max(this.#scalerWants, 1, instancesForDemand(waiting, this.revision.scale)));
    this.reconcile();
  }

  /** One look of the scaler; `waiting` are requests that the activator holds. Returns whether there is demand. */
  tick(sample: SlotSample, waiting: number): boolean {
    this.#load.note(sample, waiting);
    const wanted = this.#demand.add(sample, { waiting, ready: this.#list('ready').length });
    if (this.#role === 'serving') this.#scaleTo(wanted);
    this.reconcile();
    return sample.inFlight + sample.queued + waiting > 0;
  }

  /** Takes over an instance that already runs; `known` when HAProxy already sends it requests. */
  async adopt(instance: Instance, known: KnownServer | undefined): Promise<void> {
    const place = this.#newPlace(instance.instanceName, instance.createdAt);
    place.instance = instance;
    this.#scalerWants += 1;
    if (known && (await this.slot.adopt(instance, known))) {
      this.#becomeReady(place);
      place.isRouted = true;
      this.#parts.onChange();
    } else {
      this.#track(this.#start(place, instance));
    }
  }

  /** The runtime says that an instance is gone; false when it is none of ours. */
  onEnd(end: InstanceEnd): boolean {
    const place = this.#places.get(end.instanceName);
    if (!place) return false;
    const before = place.phase;
    place.end = end;
    place.abort.abort(new Error('The instance ended'));
    if (before !== 'ready' && before !== 'draining') return true;
    place.phase = 'stopping';
    const fault = before === 'ready' ? faultOfEnd(end) : undefined;
    this.#track(this.#leave(place, fault));
    if (fault && Date.now() - (place.readyAtMs ?? 0) >= STABLE_RUN_MS) this.#crashes.forgive();
    if (fault) this.#noteFault(fault, place);
    return true;
  }

  /** Starts, undrains or drains until the numbers agree. Returns at once; the work goes on in tasks. */
  reconcile(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    const wanted = this.#wanted();
    let missing = wanted - this.#list('ready').length - this.#list('starting').length;
    for (const place of this.#list('draining').slice(0, Math.max(0, missing))) {
      this.#track(this.#undrain(place));
      missing -= 1;
    }
    const waitMs = (this.#crashes.nextTryAtMs ?? 0) - Date.now();
    if (missing > 0 && waitMs > 0) this.#again(waitMs);
    else for (; missing > 0; missing -= 1) this.#begin();
    for (; missing < 0; missing += 1) this.#retireNewest();
    if (this.#role === 'verifying' && this.#verifiedAtMs !== undefined && wanted > 0) this.#again(VERIFIED_HOLD_MS);
    if (this.#places.size === 0 && this.slot.number !== undefined) this.#track(this.#closeSlot());
  }

  observe(): RevisionObservation {
    return observeRevision({
      appName: this.#parts.app.appName,
      revisionName: this.revision.revisionName,
      desired: this.#wanted(),
      places: [...this.#places.values()],
      isVerified: this.#verifiedAtMs !== undefined,
      hasGivenUp: this.#hasGivenUp,
      fault: this.#crashes.fault,
      nextTryAtMs: this.#hasGivenUp ? undefined : this.#crashes.nextTryAtMs,
    });
  }

  observeMetrics(): RevisionMetrics {
    const places = [...this.#places.values()];
    return this.#load.describe({ desired: this.#wanted(), places, demand: this.#demand.observe() });
  }

  observeInstances(): readonly InstanceObservation[] {
    const living = [...this.#places.values()].map((place) => observePlace(this.revision.revisionName, place));
    return [...living, ...this.#gone];
  }

  /** Decides nothing any more; what is ready goes on, what is starting is given up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const place of this.#places.values()) place.abort.abort(new Error('The platform stops'));
    await this.settled();
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }

  #wanted(): number {
    // A revision that only fails is tried again while somebody asks for it, not for ever.
    if (this.#crashes.fault && this.#demand.isIdle()) this.#scalerWants = 0;
    return instancesWanted(boundsNow(this.revision.scale, this.#parts.windows), {
      role: this.#role,
      hasGivenUp: this.#hasGivenUp,
      scaled: this.#scalerWants,
      verifiedForMs: this.#verifiedAtMs === undefined ? undefined : Date.now() - this.#verifiedAtMs,
    });
  }

  #list(phase: PlacePhase): Place[] {
    return [...this.#places.values()].filter((place) => place.phase === phase);
  }

  #again(afterMs: number): void {
    this.#timer = setTimeout(() => this.reconcile(), afterMs + 1).unref();
  }

  /** A task that fails is a defect or a HAProxy that refuses: said, and tried again by the next reconcile. */
  #track(task: Promise<void>): void {
    const tracked = task
      .catch((error: unknown) => this.#parts.log.error('A step of a revision failed', { ...this.#parts.app, error }))
      .finally(() => {
        this.#tasks.delete(tracked);
        if (this.isGone) this.#parts.onChange();
      });
    this.#tasks.add(tracked);
  }

  #emit(reason: string, message: string, options: { instanceName?: string; isWarning?: boolean } = {}): void {
    const { isWarning, ...rest } = options;
    const { revisionName } = this.revision;
    this.#parts.emit({ revisionName, severity: isWarning ? 'warning' : 'normal', reason, message, ...rest });
  }

  #scaleTo(instances: number): void {
    const before = this.#scalerWants;
    if (instances === before) return;
    this.#scalerWants = instances;
    this.#emit(instances > before ? 'ScaledUp' : 'ScaledDown', `Scaled from ${before} to ${instances} instances`);
    this.#parts.onChange();
  }

  #newPlace(name: string, createdAt: string): Place {
    const place = createPlace({ name, createdAt, restarts: this.#crashes.failures });
    this.#places.set(name, place);
    this.#runs.begin(place);
    return place;
  }

  #begin(): void {
    const place = this.#newPlace(randomInstanceName(this.revision.revisionName), new Date().toISOString());
    this.#emit('Scheduled', `Starting instance "${place.name}"`, { instanceName: place.name });
    this.#track(this.#start(place, undefined));
  }

  async #start(place: Place, running: Instance | undefined): Promise<void> {
    const { name } = place;
    try {
      if (this.#role === 'serving') this.slot.open();
      place.instance = await startInstance(this.#parts, {
        ...this.#parts.app,
        instanceName: name,
        revision: this.revision,
        running,
        signal: place.abort.signal,
        end: () => place.end,
        onStarted: () => {
          place.hasProcess = true;
          this.#emit('Started', `Started instance "${name}"`, { instanceName: name });
        },
      });
    } catch (error) {
      const isUnwanted = place.phase === 'stopping' || (place.abort.signal.aborted && !place.end);
      const fault = isUnwanted ? undefined : faultOf(error);
      if (fault?.fault === 'engine_error') this.#parts.log.error('An instance cannot start', { instance: name, error });
      this.#forget(place, fault);
      if (fault) this.#noteFault(fault, place);
      // An instance that never served leaves those who wait for it without hope; one that did is started again soon.
      if (fault) this.#parts.onFault(this, fault);
      return this.reconcile();
    }
    if (this.#role === 'serving') await this.#route(place);
    if (place.abort.signal.aborted) return this.#leaveUnready(place);
    this.#becomeReady(place);
    this.#emit('Ready', `Instance "${name}" takes requests`, { instanceName: name });
    this.#parts.onChange();
    this.reconcile();
  }

  /** It ended, or is not wanted any more, while HAProxy was told of it. */
  async #leaveUnready(place: Place): Promise<void> {
    const fault = place.end && faultOfEnd(place.end);
    place.phase = 'stopping';
    if (fault) this.#noteFault(fault, place);
    await this.#leave(place, fault);
  }

  #becomeReady(place: Place): void {
    place.phase = 'ready';
    place.readyAtMs = Date.now();
    const needed = Math.max(1, this.revision.scale.instancesInitial);
    if (this.#list('ready').length >= needed) this.#verifiedAtMs ??= Date.now();
    void this.#watchLiveness(place);
  }

  async #watchLiveness(place: Place): Promise<void> {
    const fault = await watchLiveness(place, this.revision.liveness, () => this.#isClosed);
    if (!fault) return;
    place.phase = 'stopping';
    const about = { instanceName: place.name, isWarning: true };
    this.#emit('Unhealthy', describeFault(this.#parts.app.appName, fault), about);
    this.#noteFault(fault, place);
    this.#track(this.#leave(place, fault));
  }

  async #route(place: Place): Promise<void> {
    if (place.isRouted || !place.instance) return;
    place.isRouted = true;
    await this.slot.add(place.instance);
    if (place.phase === 'ready') this.#parts.onChange();
  }

  #retireNewest(): void {
    const place = this.#list('starting').at(-1) ?? this.#list('ready').at(-1);
    if (!place) return;
    if (place.phase === 'starting') {
      place.phase = 'stopping';
      place.abort.abort(new Error('The instance is not wanted any more'));
    } else {
      place.phase = 'draining';
      place.abort = new AbortController();
      this.#track(this.#drain(place));
    }
  }

  /** Every step asks again whether the instance still is to go: it may be wanted again, or have died. */
  async #drain(place: Place): Promise<void> {
    const isDraining = () => place.phase === 'draining' && !this.#isClosed;
    if (!this.hasRouted) await this.#parts.beforeEmpty(this);
    const timeoutMs = Math.min(this.#drainMaxMs, this.revision.scale.requestTimeoutMs);
    if (isDraining() && place.isRouted) await this.slot.drain(place.name, { timeoutMs, signal: place.abort.signal });
    if (!isDraining()) return;
    place.phase = 'stopping';
    await this.#leave(place, undefined);
  }

  async #undrain(place: Place): Promise<void> {
    place.phase = 'ready';
    place.abort.abort(new Error('The instance is wanted again'));
    place.abort = new AbortController();
    if (place.isRouted) await this.slot.undrain(place.name);
    this.#parts.onChange();
  }

  async #leave(place: Place, fault: InstanceFault | undefined): Promise<void> {
    if (place.isRouted) await this.slot.remove(place.name);
    if (!place.end) {
      this.#emit('Killing', `Stopping instance "${place.name}"`, { instanceName: place.name });
      await this.#parts.runtime.stop(place.name, STOP_GRACE_MS);
    }
    if (!fault) this.#crashes.forgive();
    this.#forget(place, fault);
    this.reconcile();
  }

  #forget(place: Place, fault: InstanceFault | undefined): void {
    this.#places.delete(place.name);
    this.#runs.end(place);
    this.#gone.unshift(observeGone(this.revision.revisionName, place, fault));
    this.#gone.splice(GONE_KEPT_MAX);
    this.#parts.onChange();
  }

  #noteFault(fault: InstanceFault, place: Place): void {
    this.#crashes.note(fault);
    this.#hasGivenUp =
      this.#verifiedAtMs === undefined && (fault.isFinal || this.#crashes.failures >= VERIFY_TRIES_MAX);
    const waitMs = Math.max(0, (this.#crashes.nextTryAtMs ?? 0) - Date.now());
    const next = this.#hasGivenUp ? 'no further try' : `next try in ${(waitMs / 1000).toFixed(1)} s`;
    const message = `${describeFault(this.#parts.app.appName, fault)} (${next})`;
    this.#emit('BackOff', message, { instanceName: place.name, isWarning: true });
    this.#parts.onChange();
  }

  async #closeSlot(): Promise<void> {
    await this.#parts.beforeEmpty(this);
    if (this.#places.size === 0) await this.slot.close();
  }
}
