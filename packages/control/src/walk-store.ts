/**
 * Every resource of a kind, read in pages, so that no list is ever in memory as a whole, and the rest of the process, which
 * also wakes apps, gets a turn between two of them: rows of SQLite are there at once, and nothing else would.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ResourceListQuery, Store, StoredResource } from './store.ts';

const PAGE_SIZE = 200;

export async function* walkStore(
  store: Pick<Store, 'list'>,
  query: Pick<ResourceListQuery, 'kind' | 'projectId' | 'owner' | 'after'>,
): AsyncGenerator<StoredResource> {
  for (let { after } = query; ;) {
    const page = await store.list({ ...query, limit: PAGE_SIZE, ...(after && { after }) });
    yield* page;
    const last = page.at(-1);
    if (page.length < PAGE_SIZE || !last) return;
    await nextTurn();
    after = { projectId: last.projectId, name: last.name };
  }
}
