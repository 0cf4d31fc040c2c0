/**
 * Runs builds beside the reconcile loops, a few at a time, because one takes minutes. A run is either waiting, running,
 * or unknown here; whoever cancels one waits until it has really ended.
 */

/** Builds at the same moment: each wants whole cores. */
const PARALLEL_MAX = 2;

interface Job {
  readonly work: (signal: AbortSignal) => Promise<void>;
  readonly abort: AbortController;
  readonly ended: PromiseWithResolvers<void>;
}

export class BuildRunner {
  readonly #waiting = new Map<string, Job>();
  readonly #running = new Map<string, Job>();
  #stopped = false;

  has(id: string): boolean {
    return this.#waiting.has(id) || this.#running.has(id);
  }

  /** `work` must not reject. Does nothing when the run is known already. */
  start(id: string, work: (signal: AbortSignal) => Promise<void>): void {
    if (this.#stopped || this.has(id)) return;
    this.#waiting.set(id, { work, abort: new AbortController(), ended: Promise.withResolvers<void>() });
    this.#startNext();
  }

  async cancel(id: string): Promise<void> {
    this.#waiting.delete(id);
    const job = this.#running.get(id);
    job?.abort.abort();
    await job?.ended.promise;
  }

  /** Cancels everything; takes no more work. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.clear();
    await Promise.all([...this.#running.keys()].map((id) => this.cancel(id)));
  }

  #startNext(): void {
    for (const [id, job] of this.#waiting) {
      if (this.#running.size >= PARALLEL_MAX) return;
      this.#waiting.delete(id);
      this.#running.set(id, job);
      void job.work(job.abort.signal).finally(() => {
        this.#running.delete(id);
        job.ended.resolve();
        this.#startNext();
      });
    }
  }
}
