/** Persistent data stores as text, with the headings of the public command line. Pure. */
import type { PersistentDataStore } from '@slipway/spec';
import { ageOf } from '../output/age-of.ts';
import { joinBlocks, renderFields, renderSection, renderTable } from '../output/text-table.ts';
import type { Sight } from '../runtime/render-runtime.ts';

export function renderDataStoreList(stores: readonly PersistentDataStore[], nowMs: number): string {
  const rows = stores.map(({ name, data, created_at: createdAt }) => [
    name,
    data.bucket_name,
    data.secret_name,
    data.bucket_location,
    ageOf(createdAt, nowMs),
  ]);
  return renderTable(['Name', 'COS bucket', 'Access secret', 'Bucket region', 'Age'], rows);
}

export function renderDataStore(store: PersistentDataStore, { projectName, nowMs }: Sight): string {
  return joinBlocks([
    renderFields([
      ['Name', store.name],
      ['ID', store.id],
      ['Type', store.storage_type],
      ['Created', store.created_at],
      ['Age', ageOf(store.created_at, nowMs)],
      ['Project Name', projectName],
      ['Project ID', store.project_id],
    ]),
    renderSection(
      'Data',
      renderFields([
        ['COS bucket', store.data.bucket_name],
        ['Access secret', store.data.secret_name],
        ['Bucket region', store.data.bucket_location],
      ]),
    ),
  ]);
}
