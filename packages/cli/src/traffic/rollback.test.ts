import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppRevision, AppTraffic } from '@slipway/spec';
import { revisionBefore } from './rollback.ts';

const all = (name: string) => [{ revision_name: name, percent: 100 }];

function before(current: string, previous: string, ready: readonly string[]): string | undefined {
  const status_details = { reason: 'settled', shares: all(current), previous_shares: all(previous) };
  const revisions = ready.map((name) => ({ name, status: 'ready' }));
  return revisionBefore({ status_details } as unknown as AppTraffic, revisions as unknown as AppRevision[]);
}

test('revisionBefore() is the one that had the requests, or the newest ready one below', () => {
  assert.equal(before('web-00003', 'web-00001', ['web-00001', 'web-00002', 'web-00003']), 'web-00001');
  assert.equal(before('web-00003', 'web-00003', ['web-00001', 'web-00002', 'web-00003']), 'web-00002');
  assert.equal(before('web-00003', 'web-00002', ['web-00001', 'web-00003']), 'web-00001');
  assert.equal(before('web-00001', 'web-00001', ['web-00001', 'web-00002']), undefined);
});
