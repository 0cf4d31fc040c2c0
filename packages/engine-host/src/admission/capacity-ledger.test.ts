import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'node:test';
import type { AdmissionBound, Resources } from '@slipway/engine';
import { InstanceFault } from '../app/instance-fault.ts';
import { CapacityLedger, WAITING_MAX, type Claim } from './capacity-ledger.ts';

function units(count: number): Resources {
  return { instances: count, cpuMillis: count * 1000, memoryBytes: count * 1e9, ephemeralStorageBytes: 0 };
}

function claim(id: string, count = 1): Claim {
  return { id, projectId: id.charAt(0), size: units(count) };
}

/** Asks for room, and notes in `seen` who got it. */
function enter(ledger: CapacityLedger, one: Claim, seen: string[]): AbortController {
  const controller = new AbortController();
  ledger.enter(one, { signal: controller.signal }).then(
    () => seen.push(one.id),
    () => seen.push(`${one.id} gave up`),
  );
  return controller;
}

test('enter() lets in what fits, and the next one when somebody leaves', async () => {
  const ledger = new CapacityLedger(units(2));
  const seen: string[] = [];
  for (const id of ['a1', 'a2', 'a3']) enter(ledger, claim(id), seen);
  await nextTurn();
  assert.deepEqual(seen, ['a1', 'a2']);
  assert.equal(ledger.observe().waiting, 1);
  ledger.release('a1');
  ledger.release('a1');
  await nextTurn();
  assert.deepEqual(seen, ['a1', 'a2', 'a3']);
  assert.deepEqual(ledger.observe().used, units(2));
  assert.deepEqual(ledger.observe().projects.get('a'), units(2));
});

test('enter() given up leaves the line and holds nothing', async () => {
  const ledger = new CapacityLedger(units(1));
  const seen: string[] = [];
  enter(ledger, claim('a1'), seen);
  enter(ledger, claim('a2'), seen).abort(new Error('not wanted'));
  enter(ledger, claim('a3'), seen);
  await nextTurn();
  ledger.release('a1');
  await nextTurn();
  assert.deepEqual(seen.toSorted(), ['a1', 'a2 gave up', 'a3']);
  await assert.rejects(ledger.enter(claim('a4'), { signal: AbortSignal.abort(new Error('before')) }), /before/);
  assert.deepEqual(ledger.observe().used, units(1));
});

test('hold() counts what runs already although it does not fit', async () => {
  const ledger = new CapacityLedger(units(2));
  const seen: string[] = [];
  ledger.hold(claim('a1', 3));
  enter(ledger, claim('b1'), seen);
  await nextTurn();
  assert.deepEqual(seen, []);
  ledger.release('a1');
  await nextTurn();
  assert.deepEqual(seen, ['b1']);
});

test('a quota that is raised lets in who waited for it', async () => {
  const ledger = new CapacityLedger(units(9));
  const seen: string[] = [];
  const bounds: (AdmissionBound | undefined)[] = [];
  ledger.setQuota('a', units(1));
  enter(ledger, claim('a1'), seen);
  await nextTurn();
  const { signal } = new AbortController();
  const waiting = ledger.enter(claim('a2', 2), { signal, onWait: (bound) => bounds.push(bound) });
  await nextTurn();
  assert.deepEqual(
    bounds.map((bound) => [bound?.scope, bound?.isHopeless]),
    [['project', true]],
  );
  assert.deepEqual(ledger.waitsFor(), [], 'no room that others make helps it');
  ledger.setQuota('a', units(2));
  await nextTurn();
  assert.deepEqual(
    ledger.waitsFor().map(({ scope, projectId }) => [scope, projectId]),
    [['project', 'a']],
  );
  ledger.setQuota('a', units(3));
  await waiting;
  assert.equal(bounds.length, 2);
});

test('a declared minimum gets its room before what others want beyond theirs', async () => {
  const ledger = new CapacityLedger(units(4));
  const seen: string[] = [];
  for (const id of ['a1', 'a2', 'a3', 'a4']) enter(ledger, claim(id), seen);
  for (const id of ['a5', 'a6']) enter(ledger, claim(id), seen);
  await nextTurn();
  ledger.declareMinimum('b/web', { projectId: 'b', size: units(2) });
  for (const id of ['b1', 'b2']) enter(ledger, claim(id), seen);
  await nextTurn();
  for (const id of ['a1', 'a2', 'a3']) ledger.release(id);
  await nextTurn();
  assert.deepEqual(seen, ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'a5']);
  ledger.forgetMinimum('b/web');
  ledger.release('b1');
  await nextTurn();
  assert.equal(seen.at(-1), 'a6');
});

test('an app that is to have nothing any more is no claimant', async () => {
  const ledger = new CapacityLedger(units(3));
  const seen: string[] = [];
  ledger.declareMinimum('b/web', { projectId: 'b', size: units(2) });
  ledger.declareMinimum('b/web', { projectId: 'b', size: units(0) });
  for (const id of ['a1', 'a2', 'b1', 'b2']) enter(ledger, claim(id), seen);
  await nextTurn();
  assert.deepEqual(seen, ['a1', 'b1', 'a2']);
});

test('a full line refuses more', async () => {
  const ledger = new CapacityLedger(units(0));
  const giveUp = new AbortController();
  const options = { signal: giveUp.signal };
  const waiting = Array.from({ length: WAITING_MAX }, (_, index) => ledger.enter(claim(`a${index}`), options));
  await assert.rejects(
    ledger.enter(claim('b1'), options),
    (error) => error instanceof InstanceFault && error.fault === 'no_capacity',
  );
  giveUp.abort(new Error('enough'));
  const outcomes = await Promise.allSettled(waiting);
  assert.ok(outcomes.every(({ status }) => status === 'rejected'));
  assert.equal(ledger.observe().waiting, 0);
});

test('one that was let in and is not wanted any more in the same moment gives nothing away but its own', async () => {
  const ledger = new CapacityLedger(units(1));
  const seen: string[] = [];
  enter(ledger, claim('a1'), seen);
  await nextTurn();
  const second = new AbortController();
  const entering = ledger.enter(claim('a2'), { signal: second.signal });
  enter(ledger, claim('a3'), seen);
  ledger.release('a1');
  // After the line was served, and before whoever asked has heard of it.
  queueMicrotask(() => second.abort(new Error('not wanted')));
  await entering;
  ledger.release('a2');
  await nextTurn();
  assert.deepEqual(seen, ['a1', 'a3']);
});
