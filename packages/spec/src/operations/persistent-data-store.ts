/** Operations on persistent data stores. */
import { P, Page, type Operation } from '../operation.ts';
import * as dataStore from '../resources/persistent-data-store.ts';
import { EmptyObject } from '../resources/platform.ts';

export const PERSISTENT_DATA_STORE_OPERATIONS = {
  listPersistentDataStores: {
    method: 'GET',
    path: `${P}/persistent_data_stores`,
    access: 'view',
    summary: 'List persistent data stores',
    query: Page,
    returns: dataStore.PersistentDataStoreList,
    status: 200,
  },
  createPersistentDataStore: {
    method: 'POST',
    path: `${P}/persistent_data_stores`,
    access: 'change',
    summary: 'Create a persistent data store',
    body: dataStore.PersistentDataStorePrototype,
    returns: dataStore.PersistentDataStore,
    status: 201,
  },
  getPersistentDataStore: {
    method: 'GET',
    path: `${P}/persistent_data_stores/{name}`,
    access: 'view',
    summary: 'Get a persistent data store',
    returns: dataStore.PersistentDataStore,
    status: 200,
  },
  deletePersistentDataStore: {
    method: 'DELETE',
    path: `${P}/persistent_data_stores/{name}`,
    access: 'change',
    summary: 'Delete a persistent data store',
    returns: EmptyObject,
    status: 202,
  },
} as const satisfies Record<string, Operation>;
