/** The store for several replicas, or for whoever has a Postgres. The same tables and rules as SQLite. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { migrationSteps } from './migrations.ts';
import type { Schema } from './schema.ts';
import { storesOver, type Stores } from './stores.ts';

export interface PostgresStoreOptions {
  readonly connectionString: string;
  readonly now?: () => Date;
}

const CONNECTIONS_MAX = 8;
const CONNECT_TIMEOUT_MS = 10_000;
/** Any number that no other program uses in this database. */
const MIGRATION_LOCK = 7_301_244;

/** All that is kept in the database; closing the store closes its connections. */
export async function openPostgresStores(options: PostgresStoreOptions): Promise<Stores> {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // An idle connection that breaks is dropped by the pool; the next statement opens another one or reports the reason.
  pool.on('error', () => undefined);
  const now = options.now ?? (() => new Date());
  try {
    await migrate(pool, now());
  } catch (error) {
    await pool.end();
    throw error;
  }
  const database = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  return storesOver(database, now, {
    durable: { begin: ['begin'] },
    relaxed: { begin: ['begin', 'set local synchronous_commit = off'] },
  });
}

async function migrate(pool: pg.Pool, now: Date): Promise<void> {
  const client = await pool.connect();
  const steps = migrationSteps(
    {
      beginExclusive: ['begin', `select pg_advisory_xact_lock(${MIGRATION_LOCK})`],
      textType: 'text collate "C"',
      counterType: 'bigserial primary key',
    },
    now,
  );
  try {
    for (let step = steps.next([]); step.done !== true;) step = steps.next((await client.query(step.value)).rows);
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
