/** What is under way of something that may end only when all of it is done. */
export class TaskSet {
  readonly #tasks = new Set<Promise<void>>();
  readonly #onFailure: (error: unknown) => void;
  readonly #onEmpty: () => void;

  constructor(hooks: { readonly onFailure: (error: unknown) => void; readonly onEmpty: () => void }) {
    this.#onFailure = hooks.onFailure;
    this.#onEmpty = hooks.onEmpty;
  }

  get size(): number {
    return this.#tasks.size;
  }

  track(task: Promise<void>): void {
    const tracked = task.catch(this.#onFailure).finally(() => {
      this.#tasks.delete(tracked);
      if (this.#tasks.size === 0) this.#onEmpty();
    });
    this.#tasks.add(tracked);
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }
}
