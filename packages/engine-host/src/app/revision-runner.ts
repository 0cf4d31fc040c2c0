/**
 * Keeps one revision at the number of instances it should have: starts, restarts with growing pauses, drains and stops.
 * It decides from its own state only; who gets the traffic is the app controller's.
 *
 * Order kept: an instance that is ready enters HAProxy; one that leaves is first no longer chosen, then free of
 * requests, then unknown to HAProxy, then stopped. One that died leaves HAProxy at once.
 */
import type { RestartOrder, RevisionMetrics, RevisionObservation, RevisionWorkload } from '@slipway/engine';
import type { AdoptedStandby, Instance, InstanceEnd } from '../instance/instance-runtime.ts';
import type { KnownServer, SlotSample } from '../proxy/haproxy-output.ts';
import { RevisionStandby } from '../standby/revision-standby.ts';
import { boundsNow } from '../scaler/demand-history.ts';
import { instancesToVerify, instancesWanted, VERIFIED_HOLD_MS, type RevisionRole } from './instances-wanted.ts';
import { faultOf, faultOfEnd, type InstanceFault } from './instance-fault.ts';
import { watchHealth } from './health-watch.ts';
import { placeOf, ranForMs, REMOVE_DRAIN_MAX_MS, STOP_GRACE_MS, type Place } from './place.ts';
import { PlaceSet } from './place-set.ts';
import { PlaceStarter, type PlaceStart } from './place-starter.ts';
import { RevisionSlot } from './revision-slot.ts';
import { observeRevision } from './revision-status.ts';
import { instancesWhileReplacing, Replacement } from './replacement.ts';
import { RevisionDemand } from './revision-demand.ts';
import { RevisionTrust } from './revision-trust.ts';
import type { RunnerParts } from './runner-parts.ts';
import { RevisionVoice } from './revision-voice.ts';
import type { StartClock } from './start-clock.ts';
import { TaskSet } from './task-set.ts';

export class RevisionRunner {
  readonly revision: RevisionWorkload;
  readonly slot: RevisionSlot;
  readonly #parts: RunnerParts;
  readonly places: PlaceSet;
  readonly #replacement = new Replacement();
  readonly #standby: RevisionStandby;
  readonly #tasks: TaskSet;
  readonly #trust: RevisionTrust;
  readonly #starter: PlaceStarter;
  readonly #voice: RevisionVoice;
  readonly #demand: RevisionDemand;
  #role: RevisionRole;
  #drainMaxMs = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(revision: RevisionWorkload, role: RevisionRole, parts: RunnerParts) {
    this.revision = revision;
    this.#parts = parts;
    this.#role = role;
    // Traffic is given to a revision only after it was ready.
    this.#trust = new RevisionTrust(role === 'serving');
    this.places = new PlaceSet(parts, revision);
    this.#voice = new RevisionVoice(parts, revision.revisionName);
    this.#demand = new RevisionDemand(revision, { ...parts, voice: this.#voice });
    this.slot = new RevisionSlot({ edge: parts.edge, app: parts.app, revision });
    this.#tasks = new TaskSet({
      // A defect or a HAProxy that refuses: said, and tried again by the next reconcile.
      onFailure: (error) => parts.log.error('A step of a revision failed', { ...parts.app, error }),
      onEmpty: () => parts.onChange(),
    });
    const onGone = (place: Place) => this.#forget(place, undefined);
    const hooks = { isAsleep: () => this.#isAsleep, onGone, replacement: this.#replacement };
    this.#standby = new RevisionStandby({ ...parts, keeper: parts.standby, revision, ...hooks });
    const lead = (place: Place) => this.#route(place);
    this.#starter = new PlaceStarter({ ...parts, revision, lead, onStarted: (place) => this.#voice.started(place) });
  }

  get role(): RevisionRole {
    return this.#role;
  }

  get hasRouted(): boolean {
    return this.places.hasRouted;
  }

  get hasServer(): boolean {
    return this.places.hasServer;
  }

  get isFailing(): boolean {
    return !this.hasRouted && this.#trust.fault !== undefined;
  }

  get isGone(): boolean {
    return this.places.size + this.#tasks.size === 0;
  }

  /** Why a request now would only wait in vain. */
  get blockedBy(): InstanceFault | undefined {
    return this.#trust.blockedBy;
  }

  become(role: RevisionRole): void {
    if (role === this.#role) return;
    this.#role = role;
    if (role === 'retired') this.#tasks.track(this.#standby.dropAll());
    if (role === 'serving') {
      this.#standby.rejoin();
      this.#trust.serve();
      this.#demand.restart(this.places.list('ready').length);
      for (const place of this.places.list('ready')) this.#tasks.track(this.#route(place));
    }
    this.reconcile();
  }

  /** What runs goes one after the other, what stands by at once. */
  restart(order: RestartOrder | undefined): void {
    this.#replacement.order = order;
    for (const ending of this.#standby.dropOutdated()) this.#tasks.track(ending);
    this.reconcile();
  }

  /** The app is deleted: its requests get a short time to end, not their full request timeout. */
  remove(): void {
    this.#drainMaxMs = REMOVE_DRAIN_MAX_MS;
    this.become('retired');
  }

  /** An instance that ended while no daemon watched. */
  noteEnded(ended: Instance & InstanceEnd): void {
    const place = { ...placeOf(ended, this.#trust.failures), end: ended };
    this.places.add(place);
    this.#forget(place, faultOfEnd(ended));
  }

  /** At least one instance, and as many as the waiting requests need at once. */
  wake(waiting: number): void {
    this.#demand.wake(waiting);
    this.reconcile();
  }

  /** One look of the scaler; `waiting` are requests that the activator holds. Returns whether there is demand. */
  tick(sample: SlotSample, waiting: number): boolean {
    this.#demand.tick(sample, { waiting, ready: this.places.list('ready').length, scales: this.#role === 'serving' });
    this.reconcile();
    return sample.inFlight + sample.queued + waiting > 0;
  }

  /** Takes over an instance that already runs; `known` when HAProxy already sends it requests. */
  async adopt(instance: Instance, known: KnownServer | undefined): Promise<void> {
    const place = placeOf(instance, this.#trust.failures);
    this.places.add(place);
    this.#demand.adopt();
    if (known && (await this.slot.adopt(instance, known))) {
      this.#becomeReady(place);
      place.isRouted = true;
      this.#parts.onChange();
    } else {
      this.#tasks.track(this.#start(this.#starter.watch(place, instance)));
    }
  }

  /** Takes over what stands by; false when it is not to. */
  adoptStandby(found: AdoptedStandby): boolean {
    return this.#role === 'serving' && this.#standby.adopt(placeOf(found.instance, this.#trust.failures), found);
  }

  /** The runtime says that an instance is gone; false when it is none of ours. */
  onEnd(end: InstanceEnd): boolean {
    const stoodBy = this.#standby.onEnd(end);
    const place = this.places.get(end.instanceName);
    if (!place) return stoodBy;
    const before = place.phase;
    place.end = end;
    place.abort.abort(new Error('The instance ended'));
    if (before !== 'ready' && before !== 'draining') return true;
    place.phase = 'stopping';
    const fault = before === 'ready' ? faultOfEnd(end) : undefined;
    this.#tasks.track(this.#leave(place, fault));
    if (fault) this.#noteFault(fault, place);
    return true;
  }

  /** Starts, undrains or drains until the numbers agree. Returns at once; the work goes on in tasks. */
  reconcile(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    const wanted = this.#wanted();
    const ready = this.places.list('ready');
    const outdated = ready.filter((place) => this.#replacement.isOutdated(place));
    if (ready.length > wanted && outdated[0]) this.#retire(outdated[0]);
    let missing = instancesWhileReplacing(wanted, outdated.length) - ready.length - this.places.list('starting').length;
    const mayStay = this.places.list('draining').filter((place) => !this.#replacement.isOutdated(place));
    for (const place of mayStay.slice(0, Math.max(0, missing))) {
      this.#tasks.track(this.#undrain(place));
      missing -= 1;
    }
    const waitMs = (this.#trust.nextTryAtMs ?? 0) - Date.now();
    if (missing > 0 && waitMs > 0) this.#again(waitMs);
    else for (; missing > 0; missing -= 1) this.#begin();
    for (; missing < 0; missing += 1) this.#retire(this.places.newest);
    if (this.#role === 'verifying' && this.#trust.isVerified && wanted > 0) this.#again(VERIFIED_HOLD_MS);
    if (this.places.size === 0 && this.slot.number !== undefined) this.#tasks.track(this.#closeSlot());
  }

  observe(): RevisionObservation {
    this.#verify();
    return observeRevision({
      appName: this.#parts.app.appName,
      revisionName: this.revision.revisionName,
      desired: this.#wanted(),
      places: this.places.all(),
      ...this.#trust.describe(),
    });
  }

  observeMetrics(): RevisionMetrics {
    const standby = this.#standby.count();
    return this.#demand.describe({ desired: this.#wanted(), places: this.places.all(), standby });
  }

  /** Decides nothing any more; what is ready goes on, what is starting is given up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const place of this.places.all()) place.abort.abort(new Error('The platform stops'));
    await this.settled();
  }

  /** Resolves when nothing is under way. */
  settled(): Promise<void> {
    return this.#tasks.settled();
  }

  #wanted(): number {
    const { scale } = this.revision;
    // A revision that only fails is tried again while somebody asks for it or it has a minimum, not for ever.
    if (this.isFailing && scale.instancesMin === 0 && this.#demand.isIdle) this.#demand.giveUp();
    const bounds = this.#role === 'serving' ? boundsNow(scale, this.#parts.windows) : scale;
    return instancesWanted(bounds, { role: this.#role, scaled: this.#demand.wants, ...this.#trust.describe() });
  }

  #again(afterMs: number): void {
    this.#timer = setTimeout(() => this.reconcile(), afterMs + 1).unref();
  }

  get #isAsleep(): boolean {
    const isServing = this.#role === 'serving' && !this.#isClosed;
    return isServing && this.places.size === 0 && this.#trust.isVerified && !this.#trust.fault;
  }

  #begin(): void {
    const begun = this.#starter.begin(this.#standby.take(), this.#trust.failures);
    this.places.add(begun.place);
    this.#voice.scheduled(begun.place);
    this.#tasks.track(this.#start(begun));
  }

  async #start({ place, clock, isResumption, bringUp }: PlaceStart): Promise<void> {
    try {
      if (this.#role === 'serving' && !isResumption) this.slot.open();
      place.instance = await bringUp();
    } catch (error) {
      const isUnwanted = isResumption || place.phase === 'stopping' || (place.abort.signal.aborted && !place.end);
      const fault = isUnwanted ? undefined : faultOf(error);
      if (fault?.fault === 'engine_error')
        this.#parts.log.error('An instance cannot start', { instance: place.name, error });
      await this.slot.remove(place);
      this.#forget(place, fault);
      if (fault) this.#noteFault(fault, place);
      // An instance that never served leaves those who wait without hope; one that did is started again soon.
      if (fault) this.#parts.onFault(this, fault);
      return this.reconcile();
    }
    await this.#route(place);
    if (place.abort.signal.aborted) return this.#leaveUnready(place);
    this.#becomeReady(place, clock);
    this.#parts.onChange();
    this.#voice.ready(place);
    this.reconcile();
  }

  /** It ended, or is not wanted any more, while HAProxy was told of it. */
  async #leaveUnready(place: Place): Promise<void> {
    const fault = place.end && faultOfEnd(place.end);
    place.phase = 'stopping';
    if (fault) this.#noteFault(fault, place);
    await this.#leave(place, fault);
  }

  #becomeReady(place: Place, clock?: StartClock): void {
    place.phase = 'ready';
    place.readyAtMs = Date.now();
    place.start = clock?.finish();
    if (place.start) this.#demand.noteStart(place.start);
    this.#standby.noteUsed();
    this.#verify();
    this.#watch(place);
  }

  /** It can be counted on once it has what it must have first, as far as there is room for that. */
  #verify(): void {
    const hasRoom = !this.#parts.admission.waitsFor(this.revision.revisionName);
    if (this.places.list('ready').length >= instancesToVerify(this.revision.scale, { hasRoom })) this.#trust.verify();
  }

  #watch(place: Place): void {
    void watchHealth(place, this.revision, {
      isClosed: () => this.#isClosed,
      onDead: (fault) => this.#endUnhealthy(place, fault),
      onReadiness: (isReady) => this.#rest(place, !isReady),
    });
  }

  #endUnhealthy(place: Place, fault: InstanceFault): void {
    place.phase = 'stopping';
    this.#voice.unhealthy(place, fault);
    this.#noteFault(fault, place);
    this.#tasks.track(this.#leave(place, fault));
  }

  /** Out of rotation as long as it says that it is not ready, and back. */
  async #rest(place: Place, isResting: boolean): Promise<void> {
    place.isResting = isResting;
    if (isResting) this.#voice.unready(place);
    if (isResting && !this.hasRouted) await this.#parts.lead();
    if (place.isRouted) await (isResting ? this.slot.rest(place.name) : this.slot.undrain(place.name));
    this.#parts.onChange();
  }

  async #route(place: Place): Promise<void> {
    if (this.#role !== 'serving' || place.isRouted || !place.instance) return;
    place.isRouted = true;
    await Promise.all([this.slot.add(place.instance), this.#parts.lead()]);
    if (place.phase === 'ready') this.#parts.onChange();
  }

  #retire(place: Place | undefined): void {
    if (!place) return;
    if (place.phase === 'starting') {
      place.phase = 'stopping';
      place.abort.abort(new Error('The instance is not wanted any more'));
    } else {
      place.phase = 'draining';
      place.abort = new AbortController();
      this.#tasks.track(this.#drain(place));
    }
  }

  /** Every step asks again whether the instance still is to go: it may be wanted again, or have died. */
  async #drain(place: Place): Promise<void> {
    const isDraining = () => place.phase === 'draining' && !this.#isClosed;
    if (!this.hasRouted) await this.#parts.lead();
    const timeoutMs = Math.min(this.#drainMaxMs, this.revision.scale.requestTimeoutMs);
    if (isDraining() && place.isRouted) await this.slot.drain(place.name, { timeoutMs, signal: place.abort.signal });
    if (!isDraining()) return;
    place.phase = 'stopping';
    if (this.#replacement.isOutdated(place) || !(await this.#park(place))) await this.#leave(place, undefined);
  }

  /** Freezes what would end. False when it is to end. */
  async #park(place: Place): Promise<boolean> {
    await this.slot.remove(place);
    if (this.#role !== 'serving' || place.end || !(await this.#standby.park(place))) return false;
    this.places.setAside(place);
    this.#parts.admission.release(place.name);
    this.#trust.forgive();
    this.#voice.frozen(place);
    this.#parts.onChange();
    this.reconcile();
    return true;
  }

  async #undrain(place: Place): Promise<void> {
    place.phase = 'ready';
    place.readyAtMs = Date.now();
    place.abort.abort(new Error('The instance is wanted again'));
    place.abort = new AbortController();
    this.#watch(place);
    if (place.isRouted && !place.isResting) await this.slot.undrain(place.name);
    this.#parts.onChange();
  }

  async #leave(place: Place, fault: InstanceFault | undefined): Promise<void> {
    await this.slot.remove(place);
    if (!place.end) {
      this.#voice.killing(place);
      await this.#parts.runtime.stop(place.name, STOP_GRACE_MS);
    }
    if (!fault) this.#trust.forgive();
    this.#standby.noteUsed();
    this.#forget(place, fault);
    this.reconcile();
  }

  #forget(place: Place, fault: InstanceFault | undefined): void {
    this.places.forget(place, fault);
    this.#parts.onChange();
  }

  #noteFault(fault: InstanceFault, place: Place): void {
    this.#voice.backOff(place, fault, this.#trust.note(fault, ranForMs(place)));
    this.#parts.onChange();
  }

  async #closeSlot(): Promise<void> {
    await this.#parts.lead();
    if (this.places.size === 0) await this.slot.close();
  }
}
