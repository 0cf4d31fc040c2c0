import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { describeStoreConformance } from './conformance.ts';
import { describeAuditStoreConformance } from './testing/audit-store-conformance.ts';
import { openSqliteStore, openSqliteStores } from './sqlite-store.ts';
import { describeUsageStoreConformance } from './testing/usage-store-conformance.ts';

const dir = mkdtempSync(join(tmpdir(), 'slipway-sqlite-'));
after(() => rmSync(dir, { recursive: true, force: true }));

describeStoreConformance({ name: 'SQLite', open: () => openSqliteStore({ path: join(dir, 'store.db') }) });
describeUsageStoreConformance({ name: 'SQLite', open: () => openSqliteStores({ path: join(dir, 'store.db') }) });
// Of its own: what is dropped is dropped for all projects.
let audits = 0;
describeAuditStoreConformance({
  name: 'SQLite',
  open: () => openSqliteStores({ path: join(dir, `audit-${(audits += 1)}.db`) }),
});
