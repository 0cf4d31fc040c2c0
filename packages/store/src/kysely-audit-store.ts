/**
 * `AuditStore` over Kysely. The tables refuse updates and deletes by triggers of the database itself; what may leave is
 * what lies below a mark of its class, and a mark only moves forward.
 */
import {
  AUDIT_CLASSES,
  type AuditBeginning,
  type AuditClass,
  type AuditEntry,
  type AuditPage,
  type AuditPosition,
  type AuditQuery,
  type AuditStore,
} from '@slipway/control';
import { sql, type Insertable, type Kysely, type Selectable } from 'kysely';
import { inTransaction, type TransactionKinds } from './in-transaction.ts';
import type { AuditTable, Schema } from './schema.ts';

/** Rows of one statement: databases bound the number of values in it. */
const ROWS_PER_STATEMENT = 500;
/** Rows that one statement drops, so that it holds up others for milliseconds. */
const PRUNED_ROWS_MAX = 5000;

export class KyselyAuditStore implements AuditStore {
  readonly #database: Kysely<Schema>;
  readonly #transactions: TransactionKinds;

  constructor(database: Kysely<Schema>, transactions: TransactionKinds) {
    this.#database = database;
    this.#transactions = transactions;
  }

  async begin(beginnings: readonly AuditBeginning[]): Promise<void> {
    await inTransaction(this.#database, this.#transactions.relaxed, async (connection) => {
      for (const part of partsOf(beginnings)) {
        await connection
          .insertInto('audit_begun')
          .values(part.map((beginning) => ({ id: beginning.id, content: JSON.stringify(beginning) })))
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
    });
  }

  async append(entries: readonly AuditEntry[], { relaxed = false } = {}): Promise<void> {
    const kind = relaxed ? this.#transactions.relaxed : this.#transactions.durable;
    await inTransaction(this.#database, kind, (connection) => appendTo(connection, entries));
  }

  async recover(): Promise<number> {
    const rows = await this.#database.selectFrom('audit_begun').selectAll().execute();
    const entries = rows.map(({ content }): AuditEntry => {
      const beginning = JSON.parse(content) as AuditBeginning;
      return { ...beginning, outcome: 'unknown', status: 0, errorCode: '', durationMs: 0 };
    });
    if (entries.length > 0) await this.append(entries);
    return entries.length;
  }

  /**
   * Two steps, so that a filter that matches little looks through a bounded number of rows: the window in the order of
   * an index, then the filter.
   */
  async list(query: AuditQuery): Promise<AuditPage> {
    const { limit, windowMax } = query;
    let select = this.#database
      .selectFrom(this.#window(query).selectAll().limit(windowMax).as('looked'))
      .selectAll()
      .orderBy('at', 'desc')
      .orderBy('seq', 'desc')
      .limit(limit + 1);
    if (query.userId !== undefined) select = select.where('user_id', '=', query.userId);
    if (query.outcome !== undefined) select = select.where('outcome', '=', query.outcome);
    if (query.targetName !== undefined) select = select.where('target_name', '=', query.targetName);
    // Not `like`, which reads signs of its own in a text.
    const { action } = query;
    if (action !== undefined)
      select = select.where(sql<boolean>`substr(action, 1, cast(${action.length} as integer)) = ${action}`);
    const rows = await select.execute();
    const entries = rows.slice(0, limit).map(entryFrom);
    const last = rows[limit - 1];
    if (rows.length > limit && last) return { entries, next: positionOf(last) };
    const end = await this.#window(query)
      .select(['at', 'seq'])
      .offset(windowMax - 1)
      .limit(1)
      .executeTakeFirst();
    return end ? { entries, next: positionOf(end) } : { entries };
  }

  async prune(before: string, rowsMax: Readonly<Record<AuditClass, number>>): Promise<number> {
    let dropped = 0;
    for (const name of AUDIT_CLASSES) {
      const mark = await this.#markFor(name, before, rowsMax[name]);
      if (mark === undefined) continue;
      await this.#database
        .insertInto('audit_mark')
        .values({ class: name, seq: mark })
        .onConflict((conflict) => conflict.column('class').doUpdateSet({ seq: mark }))
        .execute();
      for (let rows = PRUNED_ROWS_MAX; rows === PRUNED_ROWS_MAX;) {
        rows = await this.#dropBelow(name, mark);
        dropped += rows;
      }
    }
    return dropped;
  }

  #window(query: AuditQuery) {
    let select = this.#database.selectFrom('audit').orderBy('at', 'desc').orderBy('seq', 'desc');
    if (query.projectId !== undefined) select = select.where('project_id', '=', query.projectId);
    if (query.since !== undefined) select = select.where('at', '>=', query.since);
    if (query.until !== undefined) select = select.where('at', '<', query.until);
    const { after } = query;
    if (after) {
      select = select.where((build) => build(build.refTuple('at', 'seq'), '<', build.tuple(after.at, after.seq)));
    }
    return select;
  }

  /** The newest row that must go, if any. */
  async #markFor(name: AuditClass, before: string, rowsMax: number): Promise<number | undefined> {
    const ofClass = () => this.#database.selectFrom('audit').where('class', '=', name).select('seq');
    const old = await ofClass().where('at', '<', before).orderBy('seq', 'desc').limit(1).executeTakeFirst();
    const above = await ofClass().orderBy('seq', 'desc').offset(rowsMax).limit(1).executeTakeFirst();
    const marks = [old, above].flatMap((row) => (row ? [Number(row.seq)] : []));
    return marks.length === 0 ? undefined : Math.max(...marks);
  }

  async #dropBelow(name: AuditClass, mark: number): Promise<number> {
    const result = await this.#database
      .deleteFrom('audit')
      .where('seq', 'in', (build) =>
        build
          .selectFrom('audit')
          .select('seq')
          .where('class', '=', name)
          .where('seq', '<=', mark)
          .orderBy('seq')
          .limit(PRUNED_ROWS_MAX),
      )
      .executeTakeFirst();
    return Number(result.numDeletedRows);
  }
}

async function appendTo(connection: Kysely<Schema>, entries: readonly AuditEntry[]): Promise<void> {
  for (const part of partsOf(entries)) {
    await connection
      .insertInto('audit')
      .values(part.map(rowFrom))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
    const begun = part.filter((entry) => entry.class === 'change').map((entry) => entry.id);
    if (begun.length > 0) await connection.deleteFrom('audit_begun').where('id', 'in', begun).execute();
  }
}

function rowFrom(entry: AuditEntry): Insertable<AuditTable> {
  return {
    id: entry.id,
    class: entry.class,
    at: entry.at,
    user_id: entry.userId,
    credential_kind: entry.credentialKind,
    credential_id: entry.credentialId,
    source: entry.source,
    operation: entry.operation,
    action: entry.action,
    project_id: entry.projectId,
    target_kind: entry.targetKind,
    target_name: entry.targetName,
    outcome: entry.outcome,
    status: entry.status,
    error_code: entry.errorCode,
    duration_ms: entry.durationMs,
  };
}

function entryFrom(row: Selectable<AuditTable>): AuditEntry {
  return {
    id: row.id,
    class: row.class as AuditClass,
    at: row.at,
    userId: row.user_id,
    credentialKind: row.credential_kind as AuditEntry['credentialKind'],
    credentialId: row.credential_id,
    source: row.source,
    operation: row.operation,
    action: row.action,
    projectId: row.project_id,
    targetKind: row.target_kind,
    targetName: row.target_name,
    outcome: row.outcome as AuditEntry['outcome'],
    status: Number(row.status),
    errorCode: row.error_code,
    durationMs: Number(row.duration_ms),
  };
}

function positionOf({ at, seq }: { readonly at: string; readonly seq: number }): AuditPosition {
  return { at, seq: Number(seq) };
}

function* partsOf<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT) yield rows.slice(at, at + ROWS_PER_STATEMENT);
}
