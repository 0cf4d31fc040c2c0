import { after } from 'node:test';
import { describeStoreConformance } from './conformance.ts';
import { postgresProblem, startPostgresServer, type PostgresServer } from './testing/postgres-server.ts';
import { openPostgresStore } from './postgres-store.ts';

let server: Promise<PostgresServer> | undefined;
after(async () => {
  await (await server)?.[Symbol.asyncDispose]();
});

describeStoreConformance({
  name: 'Postgres',
  skip: postgresProblem(),
  async open() {
    server ??= startPostgresServer();
    return openPostgresStore({ connectionString: (await server).connectionString });
  },
});
