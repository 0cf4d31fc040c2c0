/** `UsageStore` over Kysely. Periods are cut from the text of the hour, so that SQLite and Postgres add up alike. */
import type { MeteredRun, UsageCheckpoint, UsageListQuery, UsageRange, UsageRow, UsageStore } from '@slipway/control';
import { sql, type Kysely } from 'kysely';
import { inTransaction, type TransactionKinds } from './in-transaction.ts';
import type { Schema } from './schema.ts';

/** Rows of one statement: databases bound the number of values in it. */
const ROWS_PER_STATEMENT = 500;

export class KyselyUsageStore implements UsageStore {
  readonly #database: Kysely<Schema>;
  readonly #transactions: TransactionKinds;

  constructor(database: Kysely<Schema>, transactions: TransactionKinds) {
    this.#database = database;
    this.#transactions = transactions;
  }

  async listRuns(): Promise<readonly MeteredRun[]> {
    const rows = await this.#database.selectFrom('usage_run').selectAll().execute();
    return rows.map((row) => ({ runId: row.run_id, meteredUntilMs: Number(row.metered_until_ms) }));
  }

  async record({ spans, runs, forgotten }: UsageCheckpoint): Promise<void> {
    await inTransaction(this.#database, this.#transactions.durable, async (connection) => {
      for (const part of partsOf(spans)) {
        await connection
          .insertInto('usage_hour')
          .values(
            part.map((span) => ({
              hour: span.hour,
              project_id: span.projectId,
              component_type: span.componentType,
              component_name: span.componentName,
              revision_name: span.revisionName,
              cpu_millis: span.cpuMillis,
              memory_bytes: span.memoryBytes,
              running_ms: span.runningMs,
            })),
          )
          .onConflict((conflict) =>
            conflict
              .columns([
                'hour',
                'project_id',
                'component_type',
                'component_name',
                'revision_name',
                'cpu_millis',
                'memory_bytes',
              ])
              .doUpdateSet({ running_ms: sql`usage_hour.running_ms + excluded.running_ms` }),
          )
          .execute();
      }
      for (const part of partsOf(runs)) {
        await connection
          .insertInto('usage_run')
          .values(part.map((run) => ({ run_id: run.runId, metered_until_ms: run.meteredUntilMs })))
          .onConflict((conflict) =>
            conflict.column('run_id').doUpdateSet({ metered_until_ms: sql`excluded.metered_until_ms` }),
          )
          .execute();
      }
      for (const part of partsOf(forgotten)) {
        await connection.deleteFrom('usage_run').where('run_id', 'in', part).execute();
      }
    });
  }

  async list(query: UsageListQuery): Promise<readonly UsageRow[]> {
    const { after, limit } = query;
    const period =
      query.periodLength === 0 ? sql<string>`''` : sql<string>`substr(hour, 1, ${sql.lit(query.periodLength)})`;
    const grouped = this.#within(query)
      .select(({ fn }) => [
        period.as('period'),
        'project_id',
        'component_type',
        'component_name',
        'revision_name',
        'cpu_millis',
        'memory_bytes',
        fn.sum('running_ms').as('running_ms'),
      ])
      .groupBy([
        ...(query.periodLength === 0 ? [] : [period]),
        'project_id',
        'component_type',
        'component_name',
        'revision_name',
        'cpu_millis',
        'memory_bytes',
      ]);
    const tuple = sql`(period, project_id, component_type, component_name, revision_name, cpu_millis, memory_bytes)`;
    let select = this.#database
      .selectFrom(grouped.as('usage_period'))
      .selectAll()
      .orderBy('period')
      .orderBy('project_id')
      .orderBy('component_type')
      .orderBy('component_name')
      .orderBy('revision_name')
      .orderBy('cpu_millis')
      .orderBy('memory_bytes')
      .limit(limit);
    if (after) {
      const { componentType: type, componentName: name, cpuMillis, memoryBytes, revisionName } = after;
      const last = sql.join([after.period, after.projectId, type, name, revisionName, cpuMillis, memoryBytes]);
      select = select.where(sql<boolean>`${tuple} > (${last})`);
    }
    return (await select.execute()).map((row) => ({
      period: row.period,
      projectId: row.project_id,
      componentType: row.component_type as UsageRow['componentType'],
      componentName: row.component_name,
      revisionName: row.revision_name,
      cpuMillis: Number(row.cpu_millis),
      memoryBytes: Number(row.memory_bytes),
      runningMs: Number(row.running_ms),
    }));
  }

  async total(range: UsageRange): Promise<readonly Pick<UsageRow, 'cpuMillis' | 'memoryBytes' | 'runningMs'>[]> {
    const rows = await this.#within(range)
      .select(({ fn }) => ['cpu_millis', 'memory_bytes', fn.sum('running_ms').as('running_ms')])
      .groupBy(['cpu_millis', 'memory_bytes'])
      .orderBy('cpu_millis')
      .orderBy('memory_bytes')
      .execute();
    return rows.map((row) => ({
      cpuMillis: Number(row.cpu_millis),
      memoryBytes: Number(row.memory_bytes),
      runningMs: Number(row.running_ms),
    }));
  }

  async deleteBefore(hour: string): Promise<void> {
    await this.#database.deleteFrom('usage_hour').where('hour', '<', hour).execute();
  }

  #within({ projectId, from, until }: UsageRange) {
    const select = this.#database.selectFrom('usage_hour').where('hour', '>=', from).where('hour', '<', until);
    return projectId === undefined ? select : select.where('project_id', '=', projectId);
  }
}

function* partsOf<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT) yield rows.slice(at, at + ROWS_PER_STATEMENT);
}
