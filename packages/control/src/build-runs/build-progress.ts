/**
 * The steps of build runs that have not ended, for whoever watches. A feed belongs to one run from the first look at it
 * to its end; steps are replayed from the first one. Bounded by what a build can have of steps.
 */
import type { TimedStep } from './build-run-record.ts';

/** More steps than any strategy has; what comes beyond is dropped. */
const STEPS_MAX = 100;

export class StepFeed {
  readonly #steps: TimedStep[] = [];
  #wake = Promise.withResolvers<void>();
  #hasEnded = false;

  get steps(): readonly TimedStep[] {
    return this.#steps;
  }

  /** The builder has told its first step: from then on it has a log to follow. */
  get hasBegun(): boolean {
    return this.#steps.length > 0;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  push(step: TimedStep): void {
    if (this.#steps.length < STEPS_MAX) this.#steps.push(step);
    this.#wakeReaders();
  }

  end(): void {
    this.#hasEnded = true;
    this.#wakeReaders();
  }

  /** Resolves at the next change. */
  changed(): Promise<void> {
    return this.#wake.promise;
  }

  #wakeReaders(): void {
    const { resolve } = this.#wake;
    this.#wake = Promise.withResolvers<void>();
    resolve();
  }
}

export class BuildProgress {
  readonly #feeds = new Map<string, StepFeed>();

  /** The feed of a run; a new one when the run has none yet. */
  feed(runId: string): StepFeed {
    const feed = this.#feeds.get(runId) ?? new StepFeed();
    this.#feeds.set(runId, feed);
    return feed;
  }

  /** Wakes everybody who watches, and forgets the steps; they are stored by then. */
  end(runId: string): void {
    this.#feeds.get(runId)?.end();
    this.#feeds.delete(runId);
  }
}
