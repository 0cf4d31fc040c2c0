/**
 * Which apps a full pass looks at: all of them on a small platform, on a large one some with each pass, so that a machine
 * full of sleeping apps is at rest itself. However many there are, each has its turn within half an hour.
 */
import type { ResourceListQuery, Store, StoredResource } from '../store.ts';
import { walkStore } from '../walk-store.ts';

const APPS_MIN = 50;
/** Passes, one a minute, that reach all of them. */
const PASSES_MAX = 30;

export class AppRounds {
  /** Where the next pass goes on; undefined: at the first app. */
  #last: ResourceListQuery['after'];

  /** Those behind the ones of the pass before. After the last one, the next pass begins anew. */
  async *next(store: Pick<Store, 'count' | 'list'>): AsyncGenerator<StoredResource> {
    const count = await store.count({ kind: 'app' });
    let left = Math.max(APPS_MIN, Math.ceil(count / PASSES_MAX));
    const after = count > left ? this.#last : undefined;
    this.#last = undefined;
    for await (const stored of walkStore(store, { kind: 'app', ...(after && { after }) })) {
      yield stored;
      left -= 1;
      if (left > 0) continue;
      this.#last = { projectId: stored.projectId, name: stored.name };
      return;
    }
  }
}
