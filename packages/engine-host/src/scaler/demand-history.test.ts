import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SlotSample } from '../proxy/haproxy-output.ts';
import { revisionFor } from '../testing/engine-bed.ts';
import { boundsNow, createDemandHistory } from './demand-history.ts';

const WINDOWS = { mode: 'fast', stableMs: 60_000, panicMs: 6_000, zeroGraceMs: 30_000 } as const;
const IDLE: SlotSample = { slot: 'slot1', inFlight: 0, queued: 0, undecided: 0, requestsTotal: 7, servers: [] };

function scale(instancesMin: number) {
  return revisionFor('web-1', { scale: { instancesMin } }).scale;
}

test('boundsNow() lowers the minimum only while a successor waits for room', () => {
  const bounds = scale(2);
  assert.equal(boundsNow(bounds, WINDOWS).instancesMin, 2);
  assert.equal(boundsNow(bounds, { ...WINDOWS, isSuccessorWaiting: () => false }).instancesMin, 2);
  assert.deepEqual(boundsNow(bounds, { ...WINDOWS, isSuccessorWaiting: () => true }), { ...bounds, instancesMin: 0 });
});

test('a revision asked for its room gives up what is beyond its minimum, and wants it back with the next request', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  let asked = 0;
  const isRoomAsked = () => (asked += 1) > 0;
  const history = createDemandHistory(scale(1), { ...WINDOWS, isRoomAsked });
  const look = (sample: SlotSample, ready: number) => history.add(sample, { waiting: 0, ready });
  history.noteWaiting(1);
  look(IDLE, 3);
  assert.equal(asked, 0, 'it was busy a moment ago');
  t.mock.timers.tick(2_000);
  assert.equal(look(IDLE, 3), 1);
  assert.equal(asked, 1);
  assert.equal(look(IDLE, 1), 1, 'it has only its minimum now');
  assert.equal(asked, 1);
  assert.ok(look({ ...IDLE, inFlight: 300 }, 1) > 1);
});

test('a revision that nobody asks for room keeps what its window wants', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  const history = createDemandHistory(scale(0), { ...WINDOWS, isRoomAsked: () => false });
  history.noteWaiting(1);
  history.add(IDLE, { waiting: 0, ready: 1 });
  t.mock.timers.tick(5_000);
  assert.equal(history.add(IDLE, { waiting: 0, ready: 1 }), 1);
});

test('in the mode of Knative a decision stands for its tick, and who wakes the app waits for none', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  const history = createDemandHistory(scale(0), { ...WINDOWS, mode: 'knative' });
  const look = (inFlight: number) => history.add({ ...IDLE, inFlight }, { waiting: 0, ready: 1 });
  assert.equal(look(0), 1);
  t.mock.timers.tick(1_999);
  assert.equal(look(300), 1, 'decided before');
  t.mock.timers.tick(1);
  const decided = look(300);
  t.mock.timers.tick(1_000);
  assert.equal(look(300), decided);
  history.noteWaiting(900);
  t.mock.timers.tick(500);
  assert.ok(look(300) > decided);
});
