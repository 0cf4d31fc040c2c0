/**
 * What HAProxy's maps hold, as far as it was told or read: HAProxy has one command for a key that it knows and another
 * one for a key that it does not, and adding a key twice keeps both.
 */
export class ToldMaps {
  readonly #told = new Set<string>();

  has(map: string, key: string): boolean {
    return this.#told.has(`${map} ${key}`);
  }

  /** The command that makes the map say so. */
  set(map: string, key: string, value: string): string {
    const isKnown = this.has(map, key);
    this.#told.add(`${map} ${key}`);
    return `${isKnown ? 'set' : 'add'} map ${map} ${key} ${value}`;
  }

  /** None when the map has no such key. */
  delete(map: string, key: string): readonly string[] {
    return this.#told.delete(`${map} ${key}`) ? [`del map ${map} ${key}`] : [];
  }

  /** HAProxy was found with these. */
  note(map: string, keys: Iterable<string>): void {
    for (const key of keys) this.#told.add(`${map} ${key}`);
  }

  /** Deletes whatever is not kept; keys to keep are `<map> <key>`. */
  sweep(keep: ReadonlySet<string>): readonly string[] {
    const stale = [...this.#told].filter((entry) => !keep.has(entry));
    for (const entry of stale) this.#told.delete(entry);
    return stale.map((entry) => `del map ${entry}`);
  }

  /** HAProxy knows nothing any more. */
  clear(): void {
    this.#told.clear();
  }
}
