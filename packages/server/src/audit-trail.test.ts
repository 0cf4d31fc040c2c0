import assert from 'node:assert/strict';
import test from 'node:test';
import { AuditTrail, type AuditBeginning } from '@slipway/control';
import { AUDIT_LIMITS, Refusal } from '@slipway/spec';
import { openSqliteStores } from '@slipway/store';
import { createSystemClock } from './system-clock.ts';

const SILENT = { info() {}, warn() {}, error() {} };
const END = { outcome: 'success', status: 200, errorCode: '', durationMs: 1 } as const;
const QUERY = { limit: 10, windowMax: 100 };

function beginningOf(id: string, change: Partial<AuditBeginning> = {}): AuditBeginning {
  const target = { targetKind: 'application', targetName: 'web', projectId: 'p' };
  const who = { userId: 'anna', credentialKind: 'user', credentialId: '', source: '' } as const;
  const call = { class: 'other', at: '2026-01-01T00:00:00Z', operation: 'getApp', action: 'a' } as const;
  return { id, ...who, ...call, ...target, ...change };
}

async function openTrail() {
  const { auditStore, store } = await openSqliteStores({ path: ':memory:' });
  const trail = new AuditTrail({ auditStore, auditRetentionMs: 1e12, clock: createSystemClock(), log: SILENT });
  return { trail, auditStore, store };
}

test('AuditTrail has the outcome of a change in the store when end() returns, and a read when it is asked or stopped', async (t) => {
  const { trail, auditStore, store } = await openTrail();
  t.after(() => store.close());
  const change = beginningOf('c', { class: 'change' });
  await trail.begin(change);
  await trail.end({ ...change, ...END });
  assert.equal((await auditStore.list(QUERY)).entries.length, 1);
  await trail.end({ ...beginningOf('r'), ...END });
  assert.equal((await auditStore.list(QUERY)).entries.length, 1);
  assert.equal((await trail.list(QUERY)).entries.length, 2);
  await trail.end({ ...beginningOf('s'), ...END });
  await trail.stop();
  assert.equal((await auditStore.list(QUERY)).entries.length, 3);
});

test('AuditTrail refuses further calls when the record cannot be written and no more may wait', async () => {
  const { trail, auditStore, store } = await openTrail();
  await auditStore.recover();
  await store.close();
  for (let count = 0; count < AUDIT_LIMITS.bufferMax; count += 1)
    await trail.end({ ...beginningOf(`r${count}`), ...END });
  const isBusy = (error: unknown) => error instanceof Refusal && error.code === 'busy';
  await assert.rejects(trail.end({ ...beginningOf('one-more'), ...END }), isBusy);
  await assert.rejects(trail.begin(beginningOf('c', { class: 'change' })));
  await trail.stop();
});
