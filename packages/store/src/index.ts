export { openFileSecretBox, type FileSecretBoxOptions } from './file-secret-box.ts';
export { openFileSourceStore } from './file-source-store.ts';
export { openPostgresStore, type PostgresStoreOptions } from './postgres-store.ts';
export { openSqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';
