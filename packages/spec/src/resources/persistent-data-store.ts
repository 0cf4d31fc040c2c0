/** Persistent data store: a bucket that instances mount as a folder. Source: API v2 models PersistentDataStore, StorageData. */
import { Type, type Static } from '../json-schema.ts';
import { identityFields, listOf, words } from './schema.ts';

export const STORAGE_TYPES = ['object_storage'] as const;

const StorageData = Type.Object({
  bucket_location: Type.String(),
  bucket_name: Type.String(),
  secret_name: Type.String(),
});

export const PersistentDataStore = Type.Object({
  ...identityFields,
  name: Type.String(),
  data: StorageData,
  entity_tag: Type.String(),
  resource_type: Type.Optional(words(['persistent_data_store_v2'])),
  storage_type: words(STORAGE_TYPES),
});
export type PersistentDataStore = Static<typeof PersistentDataStore>;
export const PersistentDataStoreList = listOf('persistent_data_stores', PersistentDataStore);
export type PersistentDataStoreList = Static<typeof PersistentDataStoreList>;

export const PersistentDataStorePrototype = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 253 }),
    storage_type: words(STORAGE_TYPES),
    data: Type.Optional(
      Type.Object(
        {
          bucket_location: Type.String({ minLength: 1, maxLength: 253 }),
          bucket_name: Type.String({ minLength: 1, maxLength: 63 }),
          secret_name: Type.String({ minLength: 1, maxLength: 253 }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type PersistentDataStorePrototype = Static<typeof PersistentDataStorePrototype>;
