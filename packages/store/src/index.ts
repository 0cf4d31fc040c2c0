export { openFileSecretBox, type FileSecretBoxOptions } from './file-secret-box.ts';
export { openFileSourceStore } from './file-source-store.ts';
export { openPostgresStores, type PostgresStoreOptions } from './postgres-store.ts';
export { openSqliteStore, openSqliteStores, type SqliteStoreOptions } from './sqlite-store.ts';
export type { Stores } from './stores.ts';
