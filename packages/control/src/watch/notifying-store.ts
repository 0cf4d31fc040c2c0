/** The store, with every committed change told to the feed. */
import type { ResourceKey, Store } from '../store.ts';
import type { ChangeFeed, ChangeType } from './change-feed.ts';

export function notifyingStore(store: Store, feed: Pick<ChangeFeed, 'note'>): Store {
  const note = ({ kind, projectId, name }: ResourceKey, type: ChangeType) => feed.note({ kind, projectId, name, type });
  return {
    get: (key) => store.get(key),
    list: (query) => store.list(query),
    count: (query) => store.count(query),
    async insert(draft) {
      const inserted = await store.insert(draft);
      if (inserted) note(inserted, 'added');
      return inserted;
    },
    async update(key, entityTag, change) {
      const updated = await store.update(key, entityTag, change);
      if (updated) note(updated, 'modified');
      return updated;
    },
    async updateStatus(key, id, status) {
      const updated = await store.updateStatus(key, id, status);
      if (updated) note(updated, 'modified');
      return updated;
    },
    // Nothing that anybody sees.
    rewrite: (stored, change) => store.rewrite(stored, change),
    async delete(key) {
      const isDeleted = await store.delete(key);
      if (isDeleted) note(key, 'deleted');
      return isDeleted;
    },
    appendEvent: (event, keep) => store.appendEvent(event, keep),
    listEvents: (query) => store.listEvents(query),
    deleteEvents: (projectId, subject) => store.deleteEvents(projectId, subject),
    close: () => store.close(),
  };
}
