import { after } from 'node:test';
import { describeStoreConformance } from './conformance.ts';
import { describeAuditStoreConformance } from './testing/audit-store-conformance.ts';
import { postgresProblem, startPostgresServer, type PostgresServer } from './testing/postgres-server.ts';
import { describeUsageStoreConformance } from './testing/usage-store-conformance.ts';
import { openPostgresStores } from './postgres-store.ts';

let server: Promise<PostgresServer> | undefined;
after(async () => {
  await (await server)?.[Symbol.asyncDispose]();
});

describeStoreConformance({
  name: 'Postgres',
  skip: postgresProblem(),
  async open() {
    server ??= startPostgresServer();
    return (await openPostgresStores({ connectionString: (await server).connectionString })).store;
  },
});

describeUsageStoreConformance({
  name: 'Postgres',
  skip: postgresProblem(),
  async open() {
    server ??= startPostgresServer();
    return openPostgresStores({ connectionString: (await server).connectionString });
  },
});

describeAuditStoreConformance({
  name: 'Postgres',
  skip: postgresProblem(),
  async open() {
    server ??= startPostgresServer();
    return openPostgresStores({ connectionString: (await server).connectionString });
  },
});
