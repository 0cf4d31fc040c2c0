/**
 * What has changed, for whoever watches: names, not values, in the order of their commits, and a bounded number of them.
 * A position in it is worth something in this process only; another one, or one too long ago, is told from it.
 */
import { WATCH_LIMITS } from '@slipway/spec';
import type { ResourceKind } from '../store.ts';

export const CHANGE_TYPES = ['added', 'modified', 'deleted'] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];

export interface Change {
  /** `roles`: who may see the project `projectId`, or with `platform` any. */
  readonly kind: ResourceKind | 'roles';
  readonly projectId: string;
  readonly name: string;
  readonly type: ChangeType;
}

const EPOCH_LENGTH = 8;

export class ChangeFeed {
  readonly #epoch: string;
  readonly #kept: Change[] = [];
  readonly #listeners = new Set<(change: Change) => void>();
  /** Number of changes so far. */
  #count = 0;

  constructor(randomText: (length: number) => string) {
    this.#epoch = randomText(EPOCH_LENGTH);
  }

  note(change: Change): void {
    this.#kept[this.#count % WATCH_LIMITS.changesKept] = change;
    this.#count += 1;
    for (const listener of this.#listeners) listener(change);
  }

  /** Of the latest change. */
  get position(): string {
    return `${this.#epoch}-${this.#count}`;
  }

  /** Oldest first; undefined when it is not known any more what came after. */
  after(position: string): readonly Change[] | undefined {
    const [, epoch, digits] = /^(\w+)-(\d{1,15})$/.exec(position) ?? [];
    const from = Number(digits);
    if (epoch !== this.#epoch || from > this.#count || this.#count - from > WATCH_LIMITS.changesKept) return undefined;
    return Array.from(
      { length: this.#count - from },
      (_none, at) => this.#kept[(from + at) % WATCH_LIMITS.changesKept],
    ).filter((change) => change !== undefined);
  }

  /** The returned function ends it. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
