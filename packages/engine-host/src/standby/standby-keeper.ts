/**
 * Keeps what stands by between zero and running, of all apps, within one budget: frozen instances, and created sandboxes
 * for revisions that sleep. It is the only one that knows what waits: whoever takes an entry has it, whoever is told to
 * give one up has lost it, both in the same turn. Making and giving up happen behind the requests: one sandbox at a time,
 * and none while starts are under way.
 */
import { BEAT_MS, delayToBeat } from '@slipway/process';
import type { HostLog } from '../host-log.ts';
import { decideStandby, type StandbyBounds, type StandbyEntry, type StandbyWish } from './decide-standby.ts';
import type { MemoryState } from './memory-pressure.ts';
import { PrepareTries } from './prepare-tries.ts';
import { RecentOwners } from './recent-owners.ts';
import { StandbyShelf } from './standby-shelf.ts';

/** A pause behind what happened last: an app that went to sleep often belongs to a wave, and a start to a burst. */
const PREPARE_DELAY_MS = 200;
/** Memory of the machine is looked at so often while anything stands by and memory may be taken soon. */
const LOOK_MS = 1_000;
/** Things that stand by, on the machine and in a project, whose subnet they take addresses from. */
const ENTRIES_MAX = 256;
const ENTRIES_PER_PROJECT_MAX = 64;
/** Revisions of a project that are asked for a wish: far more than can stand by, because those awake are among them. */
const RECENT_PER_PROJECT_MAX = 1_024;
/** What a sandbox is taken to need before one was made. */
const SANDBOX_BYTES = 2 * 1024 * 1024;

export interface HeldStandby extends StandbyEntry {
  /** ISO 8601. */
  readonly createdAt: string;
  /** Ends it. It is forgotten already. */
  readonly giveUp: () => Promise<void>;
}

/** A revision, as the keeper sees it. */
export interface StandbyOwner {
  readonly id: string;
  readonly projectId: string;
  /** Undefined while it needs no sandbox: it runs, never ran, or is not to have one. */
  wish(): StandbyWish | undefined;
  /** Makes a sandbox and holds it. */
  prepare(signal: AbortSignal): Promise<void>;
}

/** Time, as the keeper takes it. What it waits for keeps no process alive. */
export interface KeeperClock {
  now(): Date;
  after(delayMs: number, callback: () => void): () => void;
}

export interface KeeperParts {
  readonly memoryBytesMax: number;
  /** What running instances leave of the capacity. Who changes it says so by `reviewSoon`. */
  readonly roomBytes: () => number;
  /** Instances or builds run. */
  readonly isAnyRunning: () => boolean;
  /** Starts are under way. */
  readonly isStarting: () => boolean;
  readonly memoryState: () => MemoryState;
  readonly log: HostLog;
  /** Default: the machine's. */
  readonly clock?: KeeperClock;
}

const MACHINE_CLOCK: KeeperClock = {
  now: () => new Date(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs).unref();
    return () => clearTimeout(timer);
  },
};

export class StandbyKeeper {
  readonly #parts: KeeperParts;
  readonly #clock: KeeperClock;
  /** Whoever never ran under this daemon or the one before it has no wish, and is not among them. */
  readonly #owners = new RecentOwners<StandbyOwner>(RECENT_PER_PROJECT_MAX);
  readonly #shelf = new StandbyShelf();
  readonly #tries = new PrepareTries();
  readonly #closing = new AbortController();
  readonly #work = new Set<Promise<void>>();
  #isPreparing = false;
  #cancelReview: (() => void) | undefined;
  #cancelLook: (() => void) | undefined;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? MACHINE_CLOCK;
  }

  /** It is worth while to freeze something. */
  get isOpen(): boolean {
    return !this.#closing.signal.aborted && this.#bounds().memoryBytesMax > 0 && this.#parts.memoryState() !== 'short';
  }

  /** It was used just now, so it may wish for a sandbox as soon as it sleeps. */
  noteUsed(owner: StandbyOwner): void {
    const forgotten = this.#owners.note(owner);
    if (forgotten) this.#tries.forget(forgotten.id);
    this.reviewSoon();
  }

  /** Its entries are its own business from now on. */
  leave(owner: Pick<StandbyOwner, 'id' | 'projectId'>): readonly HeldStandby[] {
    this.#owners.forget(owner);
    this.#tries.forget(owner.id);
    const held = this.ofOwner(owner.id);
    for (const { name } of held) this.#shelf.take(name);
    return held;
  }

  /** These entries are the owner's own business from now on; it may have as many tries for others as at first. */
  release(ownerId: string, isMeant: (entry: HeldStandby) => boolean): readonly HeldStandby[] {
    const released = this.ofOwner(ownerId).filter(isMeant);
    for (const { name } of released) this.#shelf.take(name);
    if (released.length === 0) return released;
    this.#tries.forget(ownerId);
    this.reviewSoon();
    return released;
  }

  hold(entry: HeldStandby): void {
    this.#shelf.put(entry);
    this.reviewSoon();
  }

  /** The owner's, the cheapest to wake first. */
  ofOwner(ownerId: string): readonly HeldStandby[] {
    return this.#shelf.ofOwner(ownerId);
  }

  /** For a start: the entry is the caller's. */
  take(ownerId: string): HeldStandby | undefined {
    const [entry] = this.ofOwner(ownerId);
    return entry && this.#shelf.take(entry.name);
  }

  /** It is gone by itself. False when nothing of this name stood by. */
  forget(name: string): boolean {
    const isKnown = this.#shelf.take(name) !== undefined;
    if (isKnown) this.reviewSoon();
    return isKnown;
  }

  /** Something about who sleeps, or about memory, is different now. */
  reviewSoon(): void {
    if (this.#closing.signal.aborted) return;
    this.#cancelReview ??= this.#clock.after(PREPARE_DELAY_MS, () => {
      this.#cancelReview = undefined;
      this.#review();
    });
  }

  /** Stops making and giving up; what stands by stays. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The platform stops'));
    this.#cancelReview?.();
    this.#cancelLook?.();
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  #review(): void {
    if (this.#closing.signal.aborted) return;
    const { isStarting, memoryState } = this.#parts;
    const nowMs = this.#clock.now().getTime();
    const all = this.#wishes();
    const wishes = all.filter((wish) => this.#tries.nextAtMs(wish) <= nowMs);
    const entries = this.#shelf.all();
    const memory = entries.length + wishes.length > 0 ? memoryState() : 'ample';
    const { evict, prepare } = decideStandby({
      entries,
      wishes,
      bounds: this.#bounds(),
      sandboxBytes: SANDBOX_BYTES,
      isPressed: memory === 'short',
    });
    for (const name of evict) this.#giveUp(name);
    this.#lookLater(all, { nowMs, memory });
    const owner = prepare === undefined ? undefined : this.#ownerOf(prepare);
    if (!owner || this.#isPreparing) return;
    if (isStarting()) this.reviewSoon();
    else this.#prepare(owner);
  }

  #bounds(): StandbyBounds {
    return {
      memoryBytesMax: Math.min(this.#parts.memoryBytesMax, this.#parts.roomBytes()),
      entriesMax: ENTRIES_MAX,
      entriesPerProjectMax: ENTRIES_PER_PROJECT_MAX,
    };
  }

  #wishes(): readonly StandbyWish[] {
    const wishes: StandbyWish[] = [];
    for (const owner of this.#owners.all()) {
      const wish = this.#shelf.hasOwner(owner.id) ? undefined : owner.wish();
      if (wish) wishes.push(wish);
    }
    return wishes;
  }

  #ownerOf(ownerId: string): StandbyOwner | undefined {
    for (const owner of this.#owners.all()) if (owner.id === ownerId) return owner;
    return undefined;
  }

  /** While nothing stands by, nobody looks, but when a try is due; rarely, while nothing runs and there is plenty. */
  #lookLater(
    wishes: readonly StandbyWish[],
    { nowMs, memory }: { readonly nowMs: number; readonly memory: MemoryState },
  ): void {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
    const due = wishes.map((wish) => this.#tries.nextAtMs(wish) - nowMs).filter((inMs) => inMs > 0);
    const isQuiet = memory === 'ample' && !this.#parts.isAnyRunning();
    if (this.#shelf.size > 0) due.push(isQuiet ? delayToBeat(BEAT_MS, performance.now()) : LOOK_MS);
    if (due.length > 0) this.#cancelLook = this.#clock.after(Math.min(...due), () => this.#review());
  }

  #prepare(owner: StandbyOwner): void {
    const wish = owner.wish();
    if (wish) this.#tries.note(wish, this.#clock.now().getTime());
    this.#isPreparing = true;
    const made = owner.prepare(this.#closing.signal).catch((error: unknown) => {
      if (!this.#closing.signal.aborted) {
        this.#parts.log.warn('A sandbox cannot be prepared', { owner: owner.id, error });
      }
    });
    this.#track(
      made.then(() => {
        this.#isPreparing = false;
        this.reviewSoon();
      }),
    );
  }

  #giveUp(name: string): void {
    const entry = this.#shelf.take(name);
    if (!entry) return;
    const ended = entry.giveUp().catch((error: unknown) => {
      this.#parts.log.error('What stood by cannot be ended', { name, error });
    });
    this.#track(ended);
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }
}
