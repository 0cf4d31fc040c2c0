/**
 * Changes that a watcher has not told yet: one for each resource, whatever happened to it meanwhile, because what is told
 * is how it is now. A watcher that falls too far behind is told so instead of being waited for.
 */
import { WATCH_LIMITS } from '@slipway/spec';
import type { Change, ChangeFeed } from './change-feed.ts';

export class PendingChanges implements Disposable {
  readonly #feed: ChangeFeed;
  readonly #isRelevant: (change: Change) => boolean;
  readonly #end: () => void;
  #changes = new Map<string, Change>();
  #isOver = false;
  #wake = Promise.withResolvers<void>();

  constructor(feed: ChangeFeed, isRelevant: (change: Change) => boolean) {
    this.#feed = feed;
    this.#isRelevant = isRelevant;
    this.#end = feed.subscribe((change) => this.add(change));
  }

  [Symbol.dispose](): void {
    this.#end();
  }

  /** Too far behind: what was pending is forgotten. */
  get isOver(): boolean {
    return this.#isOver;
  }

  add(change: Change): void {
    if (this.#isOver || !this.#isRelevant(change)) return;
    const key = `${change.kind}/${change.projectId}/${change.name}`;
    const earlier = this.#changes.get(key);
    const isStillNew = earlier?.type === 'added' && change.type === 'modified';
    this.#changes.set(key, isStillNew ? earlier : change);
    if (this.#changes.size > WATCH_LIMITS.changesBehindMax) {
      this.#isOver = true;
      this.#changes.clear();
    }
    this.#wake.resolve();
  }

  /** Resolves when there is something, or the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    if (this.#changes.size > 0 || this.#isOver || signal.aborted) return;
    const stop = () => this.#wake.resolve();
    signal.addEventListener('abort', stop, { once: true });
    await this.#wake.promise;
    signal.removeEventListener('abort', stop);
  }

  /** With the position up to which nothing is left untold once these are. */
  take(): { readonly changes: readonly Change[]; readonly position: string } {
    const changes = [...this.#changes.values()];
    this.#changes = new Map();
    this.#wake = Promise.withResolvers<void>();
    return { changes, position: this.#feed.position };
  }
}
