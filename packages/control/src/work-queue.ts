/**
 * The queue of the reconcile loops. A key is worked on once at a time; being added while it waits changes nothing, being
 * added while it runs makes it run once more. A run that throws or asks for it comes again after a growing, bounded time.
 *
 * A full pass adds every key there is, for later: they are worked on while nothing else waits, and the whole process, which
 * also wakes apps, gets a turn after each and a pause after some. Else ten thousand of them held it up for seconds. Where
 * something else always waits, they have a small share, so that what was missed is healed on a busy platform, too.
 */
import type { Clock } from './control.ts';

/** `again`: not finished, and nobody will signal; come back after the back-off. */
export type WorkOutcome = 'done' | 'again';

export interface WorkQueueOptions {
  readonly run: (key: string) => Promise<WorkOutcome>;
  readonly clock: Clock;
  readonly parallelMax: number;
  /** The pause after some keys for later. */
  readonly laterPauseMs: () => number;
  readonly backoff: { readonly firstMs: number; readonly maxMs: number };
  readonly onError: (key: string, error: unknown) => void;
}

/** Keys for later between two pauses. */
const LATER_BATCH = 16;
/** While other keys wait, one for later is begun after so many of them. */
const OTHERS_BEFORE_LATER = 8;

interface Retry {
  readonly cancel: () => void;
}

export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Set<string>();
  readonly #later = new Set<string>();
  /** Goes on where it was: a set is searched from its beginning each time, past all that has left it. */
  #laterKeys = this.#later.values();
  readonly #running = new Set<string>();
  readonly #again = new Set<string>();
  readonly #retries = new Map<string, Retry>();
  readonly #failures = new Map<string, number>();
  #stopped = false;
  #laterBegun = 0;
  #othersBegun = 0;
  #isLaterResting = false;
  #cancelPause: () => void = () => undefined;
  #idle = Promise.withResolvers<void>();

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Some key for later has not had its turn. */
  get hasLater(): boolean {
    return this.#later.size > 0;
  }

  add(key: string): void {
    if (this.#stopped) return;
    this.#retries.get(key)?.cancel();
    this.#retries.delete(key);
    if (this.#running.has(key)) this.#again.add(key);
    else this.#waiting.add(key);
    this.#later.delete(key);
    this.#startNext();
  }

  /** It is looked at some time, after whatever is added meanwhile. */
  addLater(key: string): void {
    if (this.#stopped || this.#waiting.has(key)) return;
    if (this.#running.has(key)) this.#again.add(key);
    else this.#later.add(key);
    this.#startLater();
  }

  /** Takes no more work; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.clear();
    this.#later.clear();
    this.#again.clear();
    this.#cancelPause();
    for (const retry of this.#retries.values()) retry.cancel();
    this.#retries.clear();
    while (this.#running.size > 0) await this.#idle.promise;
  }

  #startNext(): void {
    while (this.#running.size < this.#options.parallelMax) {
      if (this.#othersBegun >= OTHERS_BEFORE_LATER && this.#beginLater()) continue;
      const [key] = this.#waiting;
      if (key === undefined) break;
      this.#waiting.delete(key);
      this.#othersBegun += 1;
      this.#begin(key);
    }
    this.#startLater();
  }

  #startLater(): void {
    const isFull = this.#running.size >= this.#options.parallelMax;
    if (isFull || this.#isLaterResting || this.#waiting.size > 0 || !this.#beginLater()) return;
    this.#isLaterResting = true;
    this.#laterBegun += 1;
    const goOn = (): void => {
      this.#isLaterResting = false;
      this.#startNext();
    };
    if (this.#laterBegun % LATER_BATCH > 0) setImmediate(goOn);
    else this.#cancelPause = this.#options.clock.after(this.#options.laterPauseMs(), goOn);
  }

  /** False when nothing waits for later. */
  #beginLater(): boolean {
    this.#othersBegun = 0;
    const key = this.#takeLater();
    if (key !== undefined) this.#begin(key);
    return key !== undefined;
  }

  #begin(key: string): void {
    this.#running.add(key);
    void this.#work(key);
  }

  #takeLater(): string | undefined {
    if (this.#later.size === 0) return undefined;
    let next = this.#laterKeys.next();
    if (next.done) {
      this.#laterKeys = this.#later.values();
      next = this.#laterKeys.next();
    }
    if (next.done) return undefined;
    this.#later.delete(next.value);
    return next.value;
  }

  async #work(key: string): Promise<void> {
    let outcome: WorkOutcome = 'again';
    try {
      outcome = await this.#options.run(key);
    } catch (error) {
      this.#options.onError(key, error);
    }
    this.#running.delete(key);
    if (outcome === 'done') this.#failures.delete(key);
    if (this.#again.delete(key)) this.#waiting.add(key);
    else if (outcome === 'again' && !this.#stopped) this.#retryLater(key);
    if (this.#running.size === 0) {
      this.#idle.resolve();
      this.#idle = Promise.withResolvers<void>();
    }
    this.#startNext();
  }

  #retryLater(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const cancel = this.#options.clock.after(backoffMs(failures, this.#options.backoff), () => {
      this.#retries.delete(key);
      this.add(key);
    });
    this.#retries.set(key, { cancel });
  }
}

/** Doubles from the first delay to the longest: 100, 200, 400 … ms. */
export function backoffMs(failures: number, bounds: { readonly firstMs: number; readonly maxMs: number }): number {
  return Math.min(bounds.maxMs, bounds.firstMs * 2 ** Math.min(failures, 30));
}
