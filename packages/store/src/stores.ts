/** Everything that is kept in one database. Each port has an implementing file of its own over the same connection. */
import type { AuditStore, Store, UsageStore } from '@slipway/control';
import type { Kysely } from 'kysely';
import type { TransactionKinds } from './in-transaction.ts';
import { KyselyAuditStore } from './kysely-audit-store.ts';
import { KyselyStore } from './kysely-store.ts';
import { KyselyUsageStore } from './kysely-usage-store.ts';
import type { Schema } from './schema.ts';

export interface Stores {
  readonly store: Store;
  readonly usageStore: UsageStore;
  readonly auditStore: AuditStore;
}

export function storesOver(database: Kysely<Schema>, now: () => Date, transactions: TransactionKinds): Stores {
  return {
    store: new KyselyStore(database, { now, relaxed: transactions.relaxed }),
    usageStore: new KyselyUsageStore(database, transactions),
    auditStore: new KyselyAuditStore(database, transactions),
  };
}
