/**
 * A growing list that readers walk from its beginning, and then wait at its end for more. The fakes keep log lines and
 * signals in it. A reader that was aborted, or a feed that was closed, ends the walk; nothing is ever thrown.
 */

export class ReplayFeed<Item> {
  readonly #items: Item[] = [];
  #wake = Promise.withResolvers<void>();
  #closed = false;

  get items(): readonly Item[] {
    return this.#items;
  }

  push(item: Item): void {
    this.#items.push(item);
    this.#wakeReaders();
  }

  /** Ends every walk once it has seen all items. */
  close(): void {
    this.#closed = true;
    this.#wakeReaders();
  }

  async *walk(from: number, signal: AbortSignal): AsyncGenerator<Item> {
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    for (let index = from; !signal.aborted;) {
      const item = this.#items[index];
      if (item !== undefined) {
        index += 1;
        yield item;
      } else if (this.#closed) {
        return;
      } else {
        await Promise.race([this.#wake.promise, aborted]);
      }
    }
  }

  #wakeReaders(): void {
    const { resolve } = this.#wake;
    this.#wake = Promise.withResolvers<void>();
    resolve();
  }
}
