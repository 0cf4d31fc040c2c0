/**
 * What one revision has between zero and running. An instance that is not needed any more is frozen instead of ended; a
 * revision that sleeps without a frozen one gets a created sandbox. An awake revision gets none: while another instance
 * starts its requests wait at one that runs, and a wave of starts would find one sandbox at most.
 */
import type { AppKey, RevisionWorkload } from '@slipway/engine';
import { randomInstanceName, type Place } from '../app/place.ts';
import type { DatedInstance } from '../app/replacement.ts';
import type { HostLog } from '../host-log.ts';
import type { AdoptedStandby, InstanceEnd, InstanceRuntime } from '../instance/instance-runtime.ts';
import type { StandbyWish } from './decide-standby.ts';
import type { HeldStandby, StandbyKeeper, StandbyOwner } from './standby-keeper.ts';

/** From SIGTERM to SIGKILL for a frozen instance: it has no request. */
const GIVE_UP_GRACE_MS = 10_000;

export interface RevisionStandbyParts {
  readonly keeper: StandbyKeeper;
  readonly runtime: InstanceRuntime;
  readonly log: HostLog;
  readonly app: AppKey;
  readonly revision: RevisionWorkload;
  /** It could take a request, and has no instance and none under way. */
  readonly isAsleep: () => boolean;
  /** The restart that the revision is in. */
  readonly replacement: { readonly isOutdated: (instance: DatedInstance) => boolean };
  /** A frozen instance was ended, or ended. */
  readonly onGone: (place: Place) => void;
}

/** What a start begins with. */
export type TakenStandby =
  | { readonly tier: 'created'; readonly name: string }
  | { readonly tier: 'frozen'; readonly place: Place };

export interface StandbyCounts {
  readonly instancesFrozen: number;
  readonly sandboxesWaiting: number;
}

export class RevisionStandby implements StandbyOwner {
  readonly id: string;
  readonly projectId: string;
  readonly #parts: RevisionStandbyParts;
  readonly #frozen = new Map<string, Place>();
  /** Undefined while it was not used under this daemon or a killed one before it. */
  #usedAtMs: number | undefined;
  #isJoined = true;

  constructor(parts: RevisionStandbyParts) {
    this.#parts = parts;
    this.projectId = parts.app.projectId;
    this.id = `${this.projectId}/${parts.revision.revisionName}`;
  }

  get #mode(): NonNullable<RevisionWorkload['standby']> {
    return this.#parts.revision.standby ?? 'none';
  }

  noteUsed(): void {
    this.#usedAtMs = Date.now();
    if (this.#isJoined) this.#parts.keeper.noteUsed(this);
  }

  wish(): StandbyWish | undefined {
    const { app, isAsleep } = this.#parts;
    if (this.#mode === 'none' || !this.#isJoined || this.#usedAtMs === undefined || !isAsleep()) return undefined;
    return { ownerId: this.id, projectId: app.projectId, lastUsedAtMs: this.#usedAtMs };
  }

  async prepare(signal: AbortSignal): Promise<void> {
    const { app, revision, runtime } = this.#parts;
    const name = randomInstanceName(revision.revisionName);
    const createdAt = new Date().toISOString();
    const memoryBytes = await runtime.prepare({ ...app, instanceName: name, revision }, signal);
    // Woken, retired or restarted while it was made.
    if (!this.wish() || this.#isOutdated({ name, createdAt })) await runtime.stop(name, 0);
    else this.#hold({ name, createdAt, tier: 'created', memoryBytes });
  }

  /** What the next start begins with; undefined when it begins with nothing. */
  take(): TakenStandby | undefined {
    const entry = this.#parts.keeper.take(this.id);
    if (!entry) return undefined;
    const place = this.#frozen.get(entry.name);
    this.#frozen.delete(entry.name);
    return place ? { tier: 'frozen', place } : { tier: 'created', name: entry.name };
  }

  /** Freezes an instance that no request reaches any more. False when it is to end instead. */
  async park(place: Place): Promise<boolean> {
    const { keeper, log, runtime } = this.#parts;
    if (this.#mode !== 'frozen' || !keeper.isOpen) return false;
    try {
      const memoryBytes = await runtime.freeze(place.name);
      // It died, or its revision went or was restarted, while it was frozen.
      if (place.end || !this.#isJoined || this.#isOutdated(place)) return false;
      this.#frozen.set(place.name, place);
      this.noteUsed();
      this.#hold({ name: place.name, createdAt: place.createdAt, tier: 'frozen', memoryBytes });
      return true;
    } catch (error) {
      log.warn('An instance cannot be frozen', { instance: place.name, error });
      return false;
    }
  }

  /** Takes over what a killed daemon had; false when it is not to stand by. */
  adopt(place: Place, { tier, since, memoryBytes }: AdoptedStandby): boolean {
    this.#usedAtMs = Math.max(this.#usedAtMs ?? 0, Date.parse(since));
    this.#parts.keeper.noteUsed(this);
    if (tier === 'created') return true;
    if (this.#mode !== 'frozen') return false;
    this.#frozen.set(place.name, place);
    this.#hold({ name: place.name, createdAt: place.createdAt, tier, memoryBytes });
    return true;
  }

  /** The runtime says that it is gone; false when it did not stand by here. */
  onEnd(end: InstanceEnd): boolean {
    const isKnown = this.#parts.keeper.forget(end.instanceName);
    const place = this.#frozen.get(end.instanceName);
    if (place) {
      place.end = end;
      this.#gone(place);
    }
    return isKnown || place !== undefined;
  }

  /** The revision goes: nothing of it stands by any more when this resolves. */
  async dropAll(): Promise<void> {
    this.#isJoined = false;
    await Promise.all(this.#parts.keeper.leave(this).map((entry) => entry.giveUp()));
  }

  /** In a restart: no start begins with what was made before it. Resolve when each of these has ended. */
  dropOutdated(): readonly Promise<void>[] {
    const outdated = this.#parts.keeper.release(this.id, (entry) => this.#isOutdated(entry));
    return outdated.map((entry) => entry.giveUp());
  }

  /** The revision comes back. */
  rejoin(): void {
    this.#isJoined = true;
    if (this.#usedAtMs !== undefined) this.#parts.keeper.noteUsed(this);
  }

  count(): StandbyCounts {
    const held = this.#parts.keeper.ofOwner(this.id);
    const instancesFrozen = held.filter(({ tier }) => tier === 'frozen').length;
    return { instancesFrozen, sandboxesWaiting: held.length - instancesFrozen };
  }

  #isOutdated(instance: DatedInstance): boolean {
    return this.#parts.replacement.isOutdated(instance);
  }

  #hold(entry: Pick<HeldStandby, 'name' | 'createdAt' | 'tier' | 'memoryBytes'>): void {
    const { app, keeper, runtime } = this.#parts;
    const place = this.#frozen.get(entry.name);
    keeper.hold({
      ...entry,
      ownerId: this.id,
      projectId: app.projectId,
      lastUsedAtMs: this.#usedAtMs ?? 0,
      giveUp: async () => {
        await runtime.stop(entry.name, place ? GIVE_UP_GRACE_MS : 0);
        if (place) this.#gone(place);
      },
    });
  }

  #gone(place: Place): void {
    if (this.#frozen.delete(place.name)) this.#parts.onGone(place);
  }
}
