import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openSqliteStores } from './sqlite-store.ts';

test('the database itself refuses to change the audit record, and to drop what no retention has released', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-audit-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, 'store.db');
  const { auditStore, store } = await openSqliteStores({ path });
  const about = { credentialKind: 'none', credentialId: '', source: '', operation: '', projectId: '' } as const;
  const target = {
    targetKind: '',
    targetName: '',
    errorCode: '',
    outcome: 'success',
    status: 200,
    durationMs: 1,
  } as const;
  const entry = {
    ...about,
    ...target,
    class: 'other',
    userId: 'anna',
    action: 'a',
    at: '2026-01-01T00:00:00Z',
  } as const;
  await auditStore.append([1, 2, 3].map((number) => ({ ...entry, id: `r${number}` })));
  await auditStore.prune('', { change: 9, other: 2, anonymous: 9 });
  await store.close();

  const file = new DatabaseSync(path);
  t.after(() => file.close());
  const refused = /append-only/;
  assert.throws(() => file.exec("update audit set user_id = 'bert'"), refused);
  assert.throws(() => file.exec('delete from audit'), refused);
  assert.throws(() => file.exec('update audit_mark set seq = 0'), refused);
  assert.throws(() => file.exec('delete from audit_mark'), refused);
  assert.equal(file.prepare('select count(*) as rows from audit').get()?.['rows'], 2);
});
