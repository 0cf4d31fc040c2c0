/** Work that goes on by itself: nothing of it is lost, and one can wait for its end. */
export class TaskSet {
  readonly #tasks = new Set<Promise<void>>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get size(): number {
    return this.#tasks.size;
  }

  add(task: Promise<void>, onEnd: () => void): void {
    const tracked = task.catch(this.#onError).finally(() => {
      this.#tasks.delete(tracked);
      onEnd();
    });
    this.#tasks.add(tracked);
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }
}
