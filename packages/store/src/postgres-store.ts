/** The store for several replicas, or for whoever has a Postgres. The same tables and rules as SQLite. */
import { Kysely, PostgresDialect } from 'kysely';
import type { Pool } from 'pg';
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
  // Most platforms never need it.
  const { default: pg } = await import('pg');
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

const AUDIT_TRIGGERS: readonly string[] = [
  `create function audit_refuse() returns trigger language plpgsql as
    $$ begin raise exception 'The audit record is append-only'; end $$`,
  `create function audit_keep() returns trigger language plpgsql as $$ begin
    if old.seq > coalesce((select seq from audit_mark where class = old.class), 0) then
      raise exception 'The audit record is append-only';
    end if;
    return old; end $$`,
  'create trigger audit_unchanged before update on audit for each row execute function audit_refuse()',
  'create trigger audit_kept before delete on audit for each row execute function audit_keep()',
  'create trigger audit_whole before truncate on audit for each statement execute function audit_refuse()',
  `create trigger audit_mark_forward before update on audit_mark for each row when (new.seq < old.seq)
    execute function audit_refuse()`,
  'create trigger audit_mark_kept before delete on audit_mark for each row execute function audit_refuse()',
];

async function migrate(pool: Pool, now: Date): Promise<void> {
  const client = await pool.connect();
  const steps = migrationSteps(
    {
      beginExclusive: ['begin', `select pg_advisory_xact_lock(${MIGRATION_LOCK})`],
      textType: 'text collate "C"',
      counterType: 'bigserial primary key',
      auditTriggers: AUDIT_TRIGGERS,
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
