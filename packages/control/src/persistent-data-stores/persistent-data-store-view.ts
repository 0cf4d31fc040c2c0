/** A stored persistent data store in the shape of the API, which has no word for whether it can be reached. */
import type { PersistentDataStore } from '@slipway/spec';
import type { PlatformFacts } from '../control.ts';
import { projectHref } from '../projects/project-view.ts';
import type { PersistentDataStoreRecord } from './persistent-data-store-record.ts';

export function viewPersistentDataStore(store: PersistentDataStoreRecord, facts: PlatformFacts): PersistentDataStore {
  return {
    id: store.id,
    name: store.name,
    project_id: store.projectId,
    region: facts.region,
    created_at: store.createdAt,
    href: `${projectHref(store.projectId, facts)}/persistent_data_stores/${store.name}`,
    entity_tag: store.entityTag,
    resource_type: 'persistent_data_store_v2',
    storage_type: store.spec.storageType,
    data: store.spec.data,
  };
}
