import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultNeverListened, InstanceFault } from './instance-fault.ts';
import { createPlace, randomInstanceName, type PlacePhase } from './place.ts';
import { observeGone, observePlace, observeRevision, type RevisionView } from './revision-status.ts';

const CRASH = new InstanceFault('exited', 'process exited with code 3', { exitCode: 3 });

function placeIn(phase: PlacePhase) {
  const place = createPlace({ name: 'web-1-abcde', createdAt: '2026-01-01T00:00:00.000Z', restarts: 2 });
  place.phase = phase;
  return place;
}

function viewOf(changes: Partial<RevisionView>): RevisionView {
  return {
    appName: 'web',
    revisionName: 'web-1',
    desired: 1,
    places: [],
    isVerified: true,
    hasGivenUp: false,
    fault: undefined,
    nextTryAtMs: undefined,
    ...changes,
  };
}

const TABLE: readonly (readonly [string, Partial<RevisionView>, string])[] = [
  ['a new revision that starts', { isVerified: false, places: [placeIn('starting')] }, 'deploying'],
  ['a new revision that crashed and tries again', { isVerified: false, fault: CRASH }, 'deploying'],
  ['a new revision that gave up', { isVerified: false, hasGivenUp: true, fault: CRASH }, 'failed'],
  ['a revision with a ready instance', { places: [placeIn('ready')], fault: CRASH }, 'ready'],
  ['a revision that sleeps', {}, 'idle'],
  ['a revision that wakes', { places: [placeIn('starting')] }, 'idle'],
  ['a revision whose only instance drains', { places: [placeIn('draining')] }, 'idle'],
  ['a revision that was ready and crashes now', { fault: CRASH }, 'failed'],
];
for (const [name, changes, state] of TABLE) {
  test(`observeRevision() calls ${name} ${state}`, () => {
    assert.equal(observeRevision(viewOf(changes)).state, state);
  });
}

test('observeRevision() tells the fault, its exit code and the next try while nothing is ready', () => {
  const seen = observeRevision(viewOf({ fault: CRASH, nextTryAtMs: 0 }));
  assert.equal(seen.fault, 'exited');
  assert.equal(seen.exitCode, 3);
  assert.equal(seen.nextTryAt, '1970-01-01T00:00:00.000Z');
  assert.equal(seen.message, '"web" cannot start: process exited with code 3; see: slipway app logs -n web');
  assert.equal(observeRevision(viewOf({ fault: CRASH, places: [placeIn('ready')] })).message, undefined);
});

test('observeGone() tells why an instance went', () => {
  assert.deepEqual(observePlace('web-1', placeIn('starting')), {
    instanceName: 'web-1-abcde',
    revisionName: 'web-1',
    state: 'pending',
    ready: false,
    createdAt: '2026-01-01T00:00:00.000Z',
    restarts: 2,
  });
  assert.equal(observeGone('web-1', placeIn('stopping'), undefined).reason, 'scaled_down');
  assert.equal(observeGone('web-1', placeIn('stopping'), CRASH).reason, 'exit_code');
  assert.equal(observeGone('web-1', placeIn('stopping'), faultNeverListened(80, 1_000)).reason, 'start_timeout');
});

test('randomInstanceName() adds five characters to the revision', () => {
  assert.match(randomInstanceName('web-1'), /^web-1-[b-z2-9]{5}$/);
});
