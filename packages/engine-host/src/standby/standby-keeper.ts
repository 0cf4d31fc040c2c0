/**
 * Keeps what stands by between zero and running, of all apps, within one budget: frozen instances, and created sandboxes
 * for revisions that sleep. It is the only one that knows what waits: whoever takes an entry has it, whoever is told to
 * give one up has lost it, both in the same turn. Making and giving up happen behind the requests: one sandbox at a time,
 * and none while starts are under way.
 */
import { BEAT_MS, delayToBeat } from '@slipway/process';
import type { HostLog } from '../host-log.ts';
import type { MemoryState } from './memory-pressure.ts';
import { decideStandby, type StandbyBounds, type StandbyEntry, type StandbyWish } from './decide-standby.ts';

/** A pause behind what happened last: an app that went to sleep often belongs to a wave, and a start to a burst. */
const PREPARE_DELAY_MS = 200;
/** Memory of the machine is looked at so often while anything stands by and memory may be taken soon. */
const LOOK_MS = 1_000;
/** Sandboxes made for one sleep of a revision: one that always ends by itself is not made for ever. */
const TRIES_MAX = 3;
/** Things that stand by, on the machine and in a project, whose subnet they take addresses from. */
const ENTRIES_MAX = 256;
const ENTRIES_PER_PROJECT_MAX = 64;
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
  /** Undefined while it needs no sandbox: it runs, never ran, or is not to have one. */
  wish(): StandbyWish | undefined;
  /** Makes a sandbox and holds it. */
  prepare(signal: AbortSignal): Promise<void>;
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
}

export class StandbyKeeper {
  readonly #parts: KeeperParts;
  readonly #owners = new Map<string, StandbyOwner>();
  readonly #entries = new Map<string, HeldStandby>();
  readonly #tries = new Map<string, { readonly lastUsedAtMs: number; count: number }>();
  readonly #closing = new AbortController();
  readonly #work = new Set<Promise<void>>();
  #isPreparing = false;
  #timer: NodeJS.Timeout | undefined;
  #looker: NodeJS.Timeout | undefined;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** It is worth while to freeze something. */
  get isOpen(): boolean {
    return !this.#closing.signal.aborted && this.#bounds().memoryBytesMax > 0 && this.#parts.memoryState() !== 'short';
  }

  join(owner: StandbyOwner): void {
    this.#owners.set(owner.id, owner);
  }

  /** Its entries are its own business from now on. */
  leave(ownerId: string): readonly HeldStandby[] {
    this.#owners.delete(ownerId);
    this.#tries.delete(ownerId);
    const held = this.ofOwner(ownerId);
    for (const { name } of held) this.#entries.delete(name);
    return held;
  }

  /** These entries are the owner's own business from now on; it may have as many tries for others as at first. */
  release(ownerId: string, isMeant: (entry: HeldStandby) => boolean): readonly HeldStandby[] {
    const released = this.ofOwner(ownerId).filter(isMeant);
    for (const { name } of released) this.#entries.delete(name);
    if (released.length === 0) return released;
    this.#tries.delete(ownerId);
    this.reviewSoon();
    return released;
  }

  hold(entry: HeldStandby): void {
    this.#entries.set(entry.name, entry);
    this.reviewSoon();
  }

  /** The owner's, the cheapest to wake first. */
  ofOwner(ownerId: string): readonly HeldStandby[] {
    const own = [...this.#entries.values()].filter((entry) => entry.ownerId === ownerId);
    return own.toSorted((one, other) => Number(other.tier === 'frozen') - Number(one.tier === 'frozen'));
  }

  /** For a start: the entry is the caller's. */
  take(ownerId: string): HeldStandby | undefined {
    const [entry] = this.ofOwner(ownerId);
    if (entry) this.#entries.delete(entry.name);
    return entry;
  }

  /** It is gone by itself. False when nothing of this name stood by. */
  forget(name: string): boolean {
    const isKnown = this.#entries.delete(name);
    if (isKnown) this.reviewSoon();
    return isKnown;
  }

  /** Something about who sleeps, or about memory, is different now. */
  reviewSoon(): void {
    if (this.#closing.signal.aborted || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#review();
    }, PREPARE_DELAY_MS).unref();
  }

  /** Stops making and giving up; what stands by stays. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The platform stops'));
    clearTimeout(this.#timer);
    clearTimeout(this.#looker);
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  #review(): void {
    if (this.#closing.signal.aborted) return;
    const { isStarting, memoryState } = this.#parts;
    const entries = [...this.#entries.values()];
    const served = new Set(entries.map(({ ownerId }) => ownerId));
    const wishes = [...this.#owners.values()].flatMap((owner) => (served.has(owner.id) ? [] : this.#wishOf(owner)));
    const memory = entries.length + wishes.length > 0 ? memoryState() : 'ample';
    const { evict, prepare } = decideStandby({
      entries,
      wishes,
      bounds: this.#bounds(),
      sandboxBytes: SANDBOX_BYTES,
      isPressed: memory === 'short',
    });
    for (const name of evict) this.#giveUp(name);
    this.#lookOn(memory);
    const owner = prepare === undefined ? undefined : this.#owners.get(prepare);
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

  #wishOf(owner: StandbyOwner): readonly StandbyWish[] {
    const wish = owner.wish();
    if (!wish) return [];
    const tries = this.#tries.get(owner.id);
    const isTired = tries?.lastUsedAtMs === wish.lastUsedAtMs && tries.count >= TRIES_MAX;
    return isTired ? [] : [wish];
  }

  /** While nothing stands by, nobody looks; rarely, while nothing runs and there is plenty. */
  #lookOn(memory: MemoryState): void {
    clearTimeout(this.#looker);
    this.#looker = undefined;
    if (this.#entries.size === 0) return;
    const isQuiet = memory === 'ample' && !this.#parts.isAnyRunning();
    const afterMs = isQuiet ? delayToBeat(BEAT_MS, performance.now()) : LOOK_MS;
    this.#looker = setTimeout(() => this.#review(), afterMs).unref();
  }

  #prepare(owner: StandbyOwner): void {
    const lastUsedAtMs = owner.wish()?.lastUsedAtMs ?? 0;
    const before = this.#tries.get(owner.id);
    const count = before?.lastUsedAtMs === lastUsedAtMs ? before.count + 1 : 1;
    this.#tries.set(owner.id, { lastUsedAtMs, count });
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
    const entry = this.#entries.get(name);
    this.#entries.delete(name);
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
