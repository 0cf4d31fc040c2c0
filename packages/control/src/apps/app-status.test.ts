import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RevisionStanding } from '../revisions/revision-status.ts';
import { decideAppStanding } from './app-status.ts';

const READY: RevisionStanding = { status: 'ready', reason: 'ready' };
const LOADING: RevisionStanding = { status: 'loading', reason: 'deploying' };
const WAITING: RevisionStanding = { status: 'loading', reason: 'deploying_waiting_for_resources' };
const SHORT: RevisionStanding = { status: 'warning', reason: 'deploying_waiting_for_resources' };
const FAILED: RevisionStanding = { status: 'failed', reason: 'container_failed_exit_code_1' };

test('decideAppStanding(): newest and serving revision → status and reason', () => {
  const cases: readonly (readonly [RevisionStanding | undefined, RevisionStanding | undefined, boolean, string])[] = [
    [undefined, undefined, false, 'deploying deploying'],
    [LOADING, undefined, false, 'deploying deploying'],
    [LOADING, READY, false, 'deploying deploying'],
    [WAITING, undefined, false, 'deploying waiting_for_resources'],
    [SHORT, undefined, false, 'warning waiting_for_resources'],
    [READY, undefined, false, 'ready ready'],
    [READY, READY, false, 'ready ready'],
    [READY, undefined, true, 'deploying deploying'],
    [FAILED, undefined, false, 'failed no_revision_ready'],
    [FAILED, READY, false, 'warning ready_but_latest_revision_failed'],
    [FAILED, FAILED, false, 'failed no_revision_ready'],
    [FAILED, READY, true, 'deploying deploying'],
  ];
  for (const [latest, serving, imageCheckPending, expected] of cases) {
    const { status, reason } = decideAppStanding({ latest, serving, imageCheckPending, isLed: true });
    assert.equal(`${status} ${reason}`, expected);
  }
});

test('decideAppStanding() calls an app ready when requests go where they are to go, and hides no failure until then', () => {
  const about = { serving: READY, imageCheckPending: false, isLed: false };
  assert.equal(decideAppStanding({ ...about, latest: READY }).status, 'deploying');
  assert.equal(decideAppStanding({ ...about, latest: SHORT }).status, 'warning');
  assert.equal(decideAppStanding({ ...about, latest: FAILED }).status, 'warning');
  assert.equal(decideAppStanding({ ...about, latest: READY, hasLatestFailed: true }).status, 'warning');
});
