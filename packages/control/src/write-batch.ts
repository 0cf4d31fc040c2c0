/**
 * Writes that come while one is under way wait and go together as the next: whoever adds an item is told when the write
 * that holds it is done, and many at once cost as much as one.
 */
export class WriteBatch<Item> {
  readonly #write: (items: readonly Item[]) => Promise<void>;
  #waiting: Item[] = [];
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(write: (items: readonly Item[]) => Promise<void>) {
    this.#write = write;
  }

  add(item: Item): Promise<void> {
    this.#waiting.push(item);
    this.#next ??= this.#after(this.#running);
    return this.#next;
  }

  async #after(earlier: Promise<void> | undefined): Promise<void> {
    // Its failure was told to those who wait for it.
    await earlier?.catch(() => undefined);
    const items = this.#waiting;
    this.#waiting = [];
    const running = this.#write(items);
    this.#running = running;
    this.#next = undefined;
    await running;
  }
}
