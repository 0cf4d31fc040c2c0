/** Opens the database that the configuration names. The password of a Postgres is in a file, never in the configuration. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlatformConfig } from '@slipway/setup';
import { openPostgresStores, openSqliteStores, type Stores } from '@slipway/store';

export async function openStores({ store, stateDir }: PlatformConfig): Promise<Stores> {
  switch (store.kind) {
    case 'sqlite':
      await mkdir(stateDir, { recursive: true, mode: 0o711 });
      return await openSqliteStores({ path: join(stateDir, 'resources.sqlite') });
    case 'postgres':
      return await openPostgresStores({ connectionString: (await readFile(store.urlFile, 'utf8')).trim() });
    default:
      return store satisfies never;
  }
}
