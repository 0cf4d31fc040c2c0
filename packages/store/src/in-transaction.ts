/**
 * Transactions of two kinds. A durable one is on disk when it ends. A relaxed one survives the death of the process, and may
 * be lost with the machine's power: for what was acknowledged to nobody, or what a later durable one carries with it.
 */
import { sql, type Kysely } from 'kysely';
import type { Schema } from './schema.ts';

export interface TransactionKind {
  readonly begin: readonly string[];
}

export interface TransactionKinds {
  readonly durable: TransactionKind;
  readonly relaxed: TransactionKind;
}

export async function inTransaction<Result>(
  database: Kysely<Schema>,
  { begin }: TransactionKind,
  work: (connection: Kysely<Schema>) => Promise<Result>,
): Promise<Result> {
  return await database.connection().execute(async (connection) => {
    for (const statement of begin) await sql.raw(statement).execute(connection);
    try {
      const result = await work(connection);
      await sql.raw('commit').execute(connection);
      return result;
    } catch (error) {
      await sql.raw('rollback').execute(connection);
      throw error;
    }
  });
}
