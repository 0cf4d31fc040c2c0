/** What stands by, by name and by owner: whoever asks pays for what one owner has, not for all there is. */
import type { HeldStandby } from './standby-keeper.ts';

export class StandbyShelf {
  readonly #entries = new Map<string, HeldStandby>();
  readonly #byOwner = new Map<string, Map<string, HeldStandby>>();

  get size(): number {
    return this.#entries.size;
  }

  all(): readonly HeldStandby[] {
    return [...this.#entries.values()];
  }

  hasOwner(ownerId: string): boolean {
    return this.#byOwner.has(ownerId);
  }

  /** The owner's, the cheapest to wake first. */
  ofOwner(ownerId: string): readonly HeldStandby[] {
    const own = [...(this.#byOwner.get(ownerId)?.values() ?? [])];
    return own.toSorted((one, other) => Number(other.tier === 'frozen') - Number(one.tier === 'frozen'));
  }

  put(entry: HeldStandby): void {
    this.take(entry.name);
    const { name, ownerId } = entry;
    this.#entries.set(name, entry);
    this.#byOwner.set(ownerId, (this.#byOwner.get(ownerId) ?? new Map<string, HeldStandby>()).set(name, entry));
  }

  /** Undefined when nothing of this name stands by. */
  take(name: string): HeldStandby | undefined {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    this.#entries.delete(name);
    const own = this.#byOwner.get(entry.ownerId);
    own?.delete(name);
    if (own?.size === 0) this.#byOwner.delete(entry.ownerId);
    return entry;
  }
}
