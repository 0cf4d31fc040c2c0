/**
 * Work under one key, one at a time, in the order in which it came: what looks first and writes then finds the world as
 * it saw it. One control plane writes at a time (the platform's lock), so turns of one process are enough.
 */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  async take<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
    const before = this.#last.get(key);
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.#last.set(key, ended);
    try {
      await before;
      return await work();
    } finally {
      if (this.#last.get(key) === ended) this.#last.delete(key);
      end();
    }
  }
}
