/** Operations on persistent data stores. The API has no update: one is replaced by deleting and creating it. */
import type { PersistentDataStore } from '@slipway/spec';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { createInProject } from '../create-in-project.ts';
import { listInProject } from '../list-in-project.ts';
import { requireOpenProject, requireProject } from '../projects/project-record.ts';
import { requireReferences } from '../references/check-references.ts';
import { notFound, refuseProblem } from '../refuse.ts';
import {
  persistentDataStoreFrom,
  persistentDataStoreKey,
  requirePersistentDataStore,
} from './persistent-data-store-record.ts';
import { persistentDataStoreProblem } from './persistent-data-store-rules.ts';
import { viewPersistentDataStore } from './persistent-data-store-view.ts';

type PersistentDataStoreOperations =
  | 'listPersistentDataStores'
  | 'createPersistentDataStore'
  | 'getPersistentDataStore'
  | 'deletePersistentDataStore';

export function persistentDataStoreOperations(
  context: ControlContext,
): Pick<OperationHandlers, PersistentDataStoreOperations> {
  const { facts, store } = context;
  return {
    listPersistentDataStores: async ({ params, query }) => {
      const { items, ...page } = await listInProject(context, {
        kind: 'persistent_data_store',
        projectId: params.project_id,
        query,
        path: 'persistent_data_stores',
        toItem: (row) => viewPersistentDataStore(persistentDataStoreFrom(row), facts),
      });
      return { persistent_data_stores: items, ...page };
    },
    createPersistentDataStore: (call) => createPersistentDataStore(context, call),
    getPersistentDataStore: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      return viewPersistentDataStore(await requirePersistentDataStore(store, project.id, params.name), facts);
    },
    deletePersistentDataStore: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      const isDeleted = await store.delete(persistentDataStoreKey(project.id, params.name));
      if (!isDeleted) throw notFound('persistent data store', params.name);
      return {};
    },
  };
}

async function createPersistentDataStore(
  context: ControlContext,
  { params, body }: Call<'createPersistentDataStore'>,
): Promise<PersistentDataStore> {
  const { name, storage_type: storageType, data } = body;
  const project = await requireOpenProject(context.store, params.project_id);
  refuseProblem(persistentDataStoreProblem(body));
  await requireReferences(context.store, project.id, {
    wanted: [{ kind: 'secret', name: data?.secret_name ?? '', format: 'hmac_auth', field: 'data.secret_name' }],
    force: 'never',
  });
  const created = await createInProject(context, {
    key: persistentDataStoreKey(project.id, name),
    quota: 'persistentDataStores',
    specFor: () => ({ storageType, data }),
  });
  return viewPersistentDataStore(persistentDataStoreFrom(created), context.facts);
}
