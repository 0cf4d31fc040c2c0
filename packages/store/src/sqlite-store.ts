/**
 * The default store: one file, in the process. WAL with `synchronous = FULL`, because an acknowledged write must survive
 * a loss of power. Writes that come together share one sync to disk (grouped-sqlite-dialect.ts).
 */
import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Store } from '@slipway/control';
import { Kysely } from 'kysely';
import { BEGIN_RELAXED, groupedSqliteDialect } from './grouped-sqlite-dialect.ts';
import { migrationSteps } from './migrations.ts';
import type { Schema } from './schema.ts';
import { storesOver, type Stores } from './stores.ts';

export interface SqliteStoreOptions {
  /** Path of the file, created when missing; `:memory:` for a store that forgets. */
  readonly path: string;
  readonly now?: () => Date;
}

const REFUSED = "raise(abort, 'The audit record is append-only')";
const AUDIT_TRIGGERS: readonly string[] = [
  `create trigger audit_unchanged before update on audit begin select ${REFUSED}; end`,
  `create trigger audit_kept before delete on audit
    when old.seq > coalesce((select seq from audit_mark where class = old.class), 0)
    begin select ${REFUSED}; end`,
  `create trigger audit_mark_forward before update on audit_mark when new.seq < old.seq
    begin select ${REFUSED}; end`,
  `create trigger audit_mark_kept before delete on audit_mark begin select ${REFUSED}; end`,
];

/** How long a statement waits for another process that holds the file. */
const BUSY_TIMEOUT_MS = 5000;

export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  return (await openSqliteStores(options)).store;
}

/** All that is kept in the file; closing the store closes it. */
export async function openSqliteStores(options: SqliteStoreOptions): Promise<Stores> {
  // For its owner alone; SQLite gives the files beside it the same mode.
  if (options.path !== ':memory:') {
    closeSync(openSync(options.path, 'a', 0o600));
    chmodSync(options.path, 0o600);
  }
  const file = new DatabaseSync(options.path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
  const now = options.now ?? (() => new Date());
  try {
    file.exec('pragma journal_mode = wal');
    file.exec('pragma synchronous = full');
    migrate(file, now());
  } catch (error) {
    file.close();
    throw error;
  }
  const database = new Kysely<Schema>({ dialect: groupedSqliteDialect(file) });
  return storesOver(database, now, { durable: { begin: ['begin immediate'] }, relaxed: { begin: [BEGIN_RELAXED] } });
}

function migrate(file: DatabaseSync, now: Date): void {
  const steps = migrationSteps(
    {
      beginExclusive: ['begin immediate'],
      textType: 'text',
      counterType: 'integer primary key autoincrement',
      auditTriggers: AUDIT_TRIGGERS,
    },
    now,
  );
  try {
    for (let step = steps.next([]); step.done !== true;) step = steps.next(file.prepare(step.value).all());
  } catch (error) {
    if (file.isTransaction) file.exec('rollback');
    throw error;
  }
}
