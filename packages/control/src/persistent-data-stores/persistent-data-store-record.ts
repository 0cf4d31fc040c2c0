/** A persistent data store as it is stored: where a bucket is, and the secret that opens it. No engine mounts one yet. */
import type { PersistentDataStore } from '@slipway/spec';
import { notFound } from '../refuse.ts';
import type { ResourceKey, Store, StoredResource } from '../store.ts';

export interface PersistentDataStoreSpec {
  readonly storageType: PersistentDataStore['storage_type'];
  readonly data: PersistentDataStore['data'];
}

export interface PersistentDataStoreRecord extends StoredResource {
  readonly spec: PersistentDataStoreSpec;
}

export function persistentDataStoreKey(projectId: string, name: string): ResourceKey {
  return { kind: 'persistent_data_store', projectId, name };
}

export function persistentDataStoreFrom(stored: StoredResource): PersistentDataStoreRecord {
  return { ...stored, spec: stored.spec as PersistentDataStoreSpec };
}

export async function requirePersistentDataStore(
  store: Store,
  projectId: string,
  name: string,
): Promise<PersistentDataStoreRecord> {
  const stored = await store.get(persistentDataStoreKey(projectId, name));
  if (!stored) throw notFound('persistent data store', name);
  return persistentDataStoreFrom(stored);
}
