/** The victim of the audit crash test: makes audited changes as fast as it can, and prints the name of each answered one. */
import { writeSync } from 'node:fs';
import type { AuditBeginning } from '@slipway/control';
import { openSqliteStores } from '../sqlite-store.ts';

const ABOUT = { class: 'change', at: '2026-01-01T00:00:00Z', userId: 'anna', credentialKind: 'user' } as const;
const CALL = { credentialId: '', source: '', operation: 'createApp', action: 'codeengine.application.create' } as const;

const [path = '', round = ''] = process.argv.slice(2);
const { auditStore, store } = await openSqliteStores({ path });
for (let number = 0; ; number += 1) {
  const name = `row-${round}-${number}`;
  const beginning: AuditBeginning = { id: name, ...ABOUT, ...CALL, projectId: 'p', targetKind: '', targetName: name };
  await auditStore.begin([beginning]);
  await store.insert({ kind: 'app', projectId: 'p', name, id: name, owner: '', spec: { number }, status: {} });
  await auditStore.append([{ ...beginning, outcome: 'success', status: 201, errorCode: '', durationMs: 1 }]);
  writeSync(1, `${name}\n`);
}
