/** Opens the store that the configuration names. The password of a Postgres is in a file, never in the configuration. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '@slipway/control';
import type { PlatformConfig } from '@slipway/setup';
import { openPostgresStore, openSqliteStore } from '@slipway/store';

export async function openStore({ store, stateDir }: PlatformConfig): Promise<Store> {
  switch (store.kind) {
    case 'sqlite':
      await mkdir(stateDir, { recursive: true, mode: 0o711 });
      return await openSqliteStore({ path: join(stateDir, 'resources.sqlite') });
    case 'postgres':
      return await openPostgresStore({ connectionString: (await readFile(store.urlFile, 'utf8')).trim() });
    default:
      return store satisfies never;
  }
}
