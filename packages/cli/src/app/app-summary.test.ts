import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appSummary } from './app-summary.ts';

test('appSummary() tells an app that is short of room from one whose newest revision failed', () => {
  const short = appSummary({ status: 'warning', status_details: { reason: 'waiting_for_resources' } });
  assert.match(short ?? '', /fewer instances than its minimum/);
  const failed = appSummary({ status: 'warning', status_details: { reason: 'ready_but_latest_revision_failed' } });
  assert.match(failed ?? '', /newest revision failed/);
  assert.match(appSummary({ status: 'ready', status_details: { reason: 'ready' } }) ?? '', /success/);
});
