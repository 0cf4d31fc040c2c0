/**
 * SQLite for Kysely with group commit: statements that come together share one transaction, and so one sync to disk. The
 * answer of a statement comes when its group has committed; a read that could see what is not on disk yet waits as well, so
 * nobody is told anything that a loss of power could take back. A transaction of its own has the file for itself.
 *
 * A statement that breaks a rule of the database undoes itself alone, as SQLite does it; the others of its group stay.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';

/** Begins a transaction whose loss with the machine's power is bearable: it does not wait for the disk. */
export const BEGIN_RELAXED = 'begin immediate -- relaxed';

/** Prepared statements kept; the store has about 30 different ones. */
const STATEMENTS_MAX = 100;
/** A group that has grown to this commits at once. */
const GROUP_STATEMENTS_MAX = 512;

export function groupedSqliteDialect(file: DatabaseSync): Dialect {
  return {
    createAdapter: () => new SharedFileAdapter(),
    createDriver: () => new GroupedDriver(new GroupedFile(file)),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** Kysely must not let one statement wait for the commit of another: that is what groups are for. */
class SharedFileAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class GroupedDriver implements Driver {
  readonly #file: GroupedFile;

  constructor(file: GroupedFile) {
    this.#file = file;
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  acquireConnection(): Promise<GroupedConnection> {
    return Promise.resolve(new GroupedConnection(this.#file));
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  releaseConnection(): Promise<void> {
    return Promise.resolve();
  }

  destroy(): Promise<void> {
    this.#file.close();
    return Promise.resolve();
  }
}

class GroupedConnection implements DatabaseConnection {
  readonly #file: GroupedFile;
  /** Set while this connection has the file for itself. */
  #release: (() => void) | undefined;

  constructor(file: GroupedFile) {
    this.#file = file;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (query.sql.startsWith('begin')) return await this.#begin(query);
    if (!this.#release) return (await this.#file.runInGroup(query)) as QueryResult<Row>;
    const result = this.#file.run(query) as QueryResult<Row>;
    if (query.sql === 'commit' || query.sql === 'rollback') this.#end();
    return result;
  }

  // oxlint-disable-next-line require-yield -- no statement of the store is streamed
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new TypeError('Cannot stream rows: SQLite is read in pages');
  }

  async #begin<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    this.#release = await this.#file.takeAlone();
    try {
      // Not by a prepared statement: SQLite sets this one while it compiles it, and never again.
      if (query.sql === BEGIN_RELAXED) this.#file.runPlain('pragma synchronous = normal');
      this.#file.runPlain(query.sql);
      return { rows: [] };
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  #end(): void {
    this.#file.runPlain('pragma synchronous = full');
    this.#release?.();
    this.#release = undefined;
  }
}

/** The one file, its prepared statements, the group of the moment, and whoever has it alone. */
class GroupedFile {
  readonly #file: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #group: (PromiseWithResolvers<void> & { count: number }) | undefined;
  #alone: Promise<void> | undefined;

  constructor(file: DatabaseSync) {
    this.#file = file;
  }

  async runInGroup(query: CompiledQuery): Promise<QueryResult<unknown>> {
    while (this.#alone) await this.#alone;
    if (!SelectQueryNode.is(query.query)) this.#join();
    const group = this.#group;
    let result: QueryResult<unknown>;
    try {
      result = this.run(query);
    } catch (error) {
      // A full disk ends the whole transaction, not this statement alone.
      if (group && !this.#file.isTransaction) this.#fail(error);
      throw error;
    }
    await group?.promise;
    return result;
  }

  /** Waits until nobody else has the file alone and the group is on disk; the returned function lets the others in. */
  async takeAlone(): Promise<() => void> {
    while (this.#alone) await this.#alone;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#alone = promise;
    this.#commit();
    return () => {
      this.#alone = undefined;
      resolve();
    };
  }

  run({ sql, parameters }: CompiledQuery): QueryResult<unknown> {
    const statement = this.#prepare(sql);
    const values = parameters as readonly SQLInputValue[];
    if (statement.columns().length > 0) return { rows: statement.all(...values) };
    const { changes, lastInsertRowid } = statement.run(...values);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  runPlain(sql: string): void {
    this.#file.exec(sql);
  }

  close(): void {
    this.#commit();
    this.#file.close();
  }

  #join(): void {
    if (this.#group && this.#group.count >= GROUP_STATEMENTS_MAX) this.#commit();
    if (!this.#group) {
      this.#file.exec('begin immediate');
      this.#group = { ...Promise.withResolvers<void>(), count: 0 };
      // Whoever waits hears of a failure; a group whose only statement failed has nobody.
      this.#group.promise.catch(() => undefined);
      setImmediate(() => this.#commit());
    }
    this.#group.count += 1;
  }

  #commit(): void {
    const group = this.#group;
    if (!group) return;
    try {
      this.#file.exec('commit');
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#group = undefined;
    group.resolve();
  }

  #fail(error: unknown): void {
    if (this.#file.isTransaction) this.#file.exec('rollback');
    this.#group?.reject(error);
    this.#group = undefined;
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    if (this.#statements.size >= STATEMENTS_MAX) this.#statements.clear();
    const statement = this.#file.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
