import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENGINE_FAULT_CODES, REVISION_FAULTS, type RevisionObservation } from '@slipway/engine';
import { REVISION_REASONS } from '@slipway/spec';
import type { RevisionStatus } from './revision-record.ts';
import { decideRevisionStanding, imageReasonFor, nextRevisionStatus, reasonForFault } from './revision-status.ts';

const NEW: RevisionStatus = { imageTries: 0, everReady: false };
const PINNED: RevisionStatus = { ...NEW, image: { reference: 'a@sha256:1', digest: 'sha256:1' } };
const SERVED: RevisionStatus = { ...PINNED, everReady: true };
const BROKEN: RevisionStatus = {
  ...NEW,
  imageFault: { reason: 'fetch_image_failed_unknown_manifest', message: 'no such image' },
};
const CRASHED: RevisionStatus = { ...PINNED, runFault: { fault: 'exited', exitCode: 1 } };

function seen(state: RevisionObservation['state'], more: Partial<RevisionObservation> = {}): RevisionObservation {
  return { revisionName: 'web-00001', state, instancesDesired: 1, instancesReady: 0, ...more };
}

test('decideRevisionStanding(): what is stored and what is seen → status and reason', () => {
  const cases: readonly (readonly [RevisionStatus, RevisionObservation | undefined, string])[] = [
    [NEW, undefined, 'loading waiting'],
    [BROKEN, undefined, 'failed fetch_image_failed_unknown_manifest'],
    [PINNED, undefined, 'loading deploying'],
    [PINNED, seen('deploying'), 'loading deploying'],
    [PINNED, seen('deploying', { fault: 'no_capacity' }), 'loading deploying_waiting_for_resources'],
    [PINNED, seen('ready', { fault: 'no_capacity' }), 'warning deploying_waiting_for_resources'],
    [PINNED, seen('idle', { fault: 'no_capacity' }), 'warning deploying_waiting_for_resources'],
    [PINNED, seen('ready'), 'ready ready'],
    [PINNED, seen('idle'), 'ready ready'],
    [SERVED, seen('deploying'), 'ready ready'],
    [SERVED, undefined, 'ready ready'],
    [PINNED, seen('failed', { fault: 'exited', exitCode: 0 }), 'failed container_failed_exit_code_0'],
    [PINNED, seen('failed', { fault: 'exited', exitCode: 139 }), 'failed container_failed_exit_code_139'],
    [PINNED, seen('failed', { fault: 'exited', exitCode: 3 }), 'failed initial_scale_never_achieved'],
    [PINNED, seen('failed', { fault: 'never_listened' }), 'failed initial_scale_never_achieved'],
    [PINNED, seen('failed', { fault: 'image_pull_failed' }), 'failed image_pull_back_off'],
    [SERVED, seen('failed', { fault: 'exited', exitCode: 1 }), 'failed container_failed_exit_code_1'],
    [CRASHED, undefined, 'failed container_failed_exit_code_1'],
    [CRASHED, seen('ready'), 'ready ready'],
  ];
  for (const [stored, observation, expected] of cases) {
    const { status, reason } = decideRevisionStanding(stored, observation);
    assert.equal(`${status} ${reason}`, expected);
  }
});

test('every fault of the engine has a reason that the API knows', () => {
  for (const fault of REVISION_FAULTS) assert.ok(REVISION_REASONS.includes(reasonForFault({ fault })));
  for (const code of ENGINE_FAULT_CODES.filter((name) => name.startsWith('image_')))
    assert.ok(imageReasonFor(code, false), code);
  assert.equal(imageReasonFor('disk_full', false), undefined);
  assert.equal(imageReasonFor('image_access_denied', true), 'fetch_image_failed_wrong_pull_credentials');
});

test('nextRevisionStatus() remembers turns, and gives the same object when there is none', () => {
  assert.equal(nextRevisionStatus(PINNED, undefined), PINNED);
  assert.equal(nextRevisionStatus(PINNED, seen('deploying')), PINNED);
  assert.deepEqual(nextRevisionStatus(PINNED, seen('ready')), SERVED);
  assert.equal(nextRevisionStatus(SERVED, seen('idle')), SERVED);
  const failed = seen('failed', { fault: 'exited', exitCode: 1 });
  assert.deepEqual(nextRevisionStatus(PINNED, failed), CRASHED);
  assert.equal(nextRevisionStatus(CRASHED, failed), CRASHED);
  assert.deepEqual(nextRevisionStatus(CRASHED, seen('ready')), SERVED);
});
