/**
 * The store as everyone writes to it: nothing sealed with an older key gets in. A request may have sealed a value just
 * before a new key was taken into use, and would write it after the rotation has looked there; here it is sealed anew in
 * the same turn in which the write is issued. `settled` waits for the writes that were issued earlier.
 */
import type { SecretBox } from '../secret-box.ts';
import type { Store } from '../store.ts';
import { resealed } from './sealed-values.ts';

export interface FreshStore {
  readonly store: Store;
  readonly settled: () => Promise<void>;
}

export function freshStore(store: Store, box: SecretBox): FreshStore {
  const writing = new Set<Promise<unknown>>();

  function issue<Result>(write: Promise<Result>): Promise<Result> {
    const noted: Promise<unknown> = write.catch(() => undefined).finally(() => writing.delete(noted));
    writing.add(noted);
    return write;
  }

  return {
    settled: async () => {
      await Promise.all(writing);
    },
    store: {
      get: (key) => store.get(key),
      list: (query) => store.list(query),
      count: (query) => store.count(query),
      insert: (draft) => issue(store.insert({ ...draft, ...resealed(box, draft, draft) })),
      async update(key, entityTag, change) {
        // The id is only needed where something is sealed, and is the same for life.
        const current = key.kind === 'secret' ? await store.get(key) : undefined;
        const fresh = current && resealed(box, current, change);
        return await issue(store.update(key, entityTag, { ...change, ...fresh }));
      },
      updateStatus(key, id, status) {
        const fresh = resealed(box, { kind: key.kind, id }, { status });
        return issue(store.updateStatus(key, id, fresh?.status ?? status));
      },
      rewrite: (stored, change) => issue(store.rewrite(stored, change)),
      delete: (key) => store.delete(key),
      appendEvent: (event, keep) => store.appendEvent(event, keep),
      listEvents: (query) => store.listEvents(query),
      deleteEvents: (projectId, subject) => store.deleteEvents(projectId, subject),
      close: () => store.close(),
    },
  };
}
