/**
 * When a revision that sleeps is worth another try at a sandbox. What failed may have failed for a moment only, so it is
 * never given up; what always fails is tried ever more seldom.
 */

/** Tries without a pause: a wave of starts or a full disk is often over by then. */
const QUICK_TRIES = 3;
const PAUSE_FIRST_MS = 10_000;
const PAUSE_MAX_MS = 600_000;

/** After so many tries in one sleep, 1 or more. Worked example: 0, 0, 10 s, 20 s, 40 s … 10 min. */
export function pauseAfterTriesMs(tries: number): number {
  if (tries < QUICK_TRIES) return 0;
  return Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** Math.min(tries - QUICK_TRIES, 30));
}

interface Tries {
  /** Of the sleep that they belong to. */
  readonly lastUsedAtMs: number;
  readonly count: number;
  readonly nextAtMs: number;
}

interface Sleeper {
  readonly ownerId: string;
  readonly lastUsedAtMs: number;
}

export class PrepareTries {
  readonly #tries = new Map<string, Tries>();

  note({ lastUsedAtMs, ownerId }: Sleeper, nowMs: number): void {
    const before = this.#tries.get(ownerId);
    const count = before?.lastUsedAtMs === lastUsedAtMs ? before.count + 1 : 1;
    this.#tries.set(ownerId, { lastUsedAtMs, count, nextAtMs: nowMs + pauseAfterTriesMs(count) });
  }

  /** When the next one may be made: a moment that is over, but after failures. Each sleep has tries of its own. */
  nextAtMs({ lastUsedAtMs, ownerId }: Sleeper): number {
    const tries = this.#tries.get(ownerId);
    return tries?.lastUsedAtMs === lastUsedAtMs ? tries.nextAtMs : 0;
  }

  forget(ownerId: string): void {
    this.#tries.delete(ownerId);
  }
}
