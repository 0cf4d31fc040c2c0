/**
 * The default store: one file, in the process. WAL with `synchronous = FULL`, because an acknowledged write must survive
 * a loss of power; the price is one fsync per write.
 */
import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Store } from '@slipway/control';
import { Kysely, SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely';
import { migrationSteps } from './migrations.ts';
import type { Schema } from './schema.ts';
import { storesOver, type Stores } from './stores.ts';

export interface SqliteStoreOptions {
  /** Path of the file, created when missing; `:memory:` for a store that forgets. */
  readonly path: string;
  readonly now?: () => Date;
}

/** How long a statement waits for another process that holds the file. */
const BUSY_TIMEOUT_MS = 5000;
/** Prepared statements kept; the stores have about 40 different ones. */
const STATEMENTS_MAX = 100;

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
  const database = new Kysely<Schema>({ dialect: new SqliteDialect({ database: adaptDatabase(file) }) });
  return storesOver(database, now, {
    durable: { begin: ['begin immediate'] },
    relaxed: {
      // Not by a prepared statement: SQLite sets this one while it compiles it, and never again.
      enter: () => file.exec('pragma synchronous = normal'),
      leave: () => file.exec('pragma synchronous = full'),
      begin: ['begin immediate'],
    },
  });
}

function migrate(file: DatabaseSync, now: Date): void {
  const steps = migrationSteps(
    { beginExclusive: ['begin immediate'], textType: 'text', counterType: 'integer primary key autoincrement' },
    now,
  );
  try {
    for (let step = steps.next([]); step.done !== true;) step = steps.next(file.prepare(step.value).all());
  } catch (error) {
    if (file.isTransaction) file.exec('rollback');
    throw error;
  }
}

/** Kysely speaks the interface of better-sqlite3; Node's own SQLite differs in how parameters and readers are named. */
function adaptDatabase(file: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => file.close(),
    prepare(sql) {
      const known = statements.get(sql);
      if (known) return known;
      if (statements.size >= STATEMENTS_MAX) statements.clear();
      const statement = adaptStatement(file.prepare(sql));
      statements.set(sql, statement);
      return statement;
    },
  };
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  };
}
