import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SlotSample } from '../proxy/haproxy-output.ts';
import { createPlace, type Place } from './place.ts';
import { RevisionLoad } from './revision-load.ts';

const APP = { projectId: 'p', appName: 'web' };
const DEMAND = { target: 70, stable: 1.5, panic: 3, isPanicking: true };

function sampleOf(totals: Readonly<Record<string, number>>, inFlight = 0, queued = 0): SlotSample {
  const servers = Object.entries(totals).map(([server, requestsTotal]) => ({
    server,
    inFlight: 0,
    queued: 0,
    requestsTotal,
    serverErrorsTotal: Math.floor(requestsTotal / 2),
  }));
  return { slot: 'slot1', inFlight, queued, requestsTotal: 0, undecided: 0, servers };
}

function placeIn(phase: Place['phase'], hasProcess = false): Place {
  return { ...createPlace({ name: 'i', createdAt: '', restarts: 0 }), phase, hasProcess };
}

function describe(load: RevisionLoad, places: readonly Place[]) {
  return load.describe({ desired: 2, places, demand: DEMAND, standby: { instancesFrozen: 1, sandboxesWaiting: 0 } });
}

test('RevisionLoad counts requests over servers that come, go, and begin anew', () => {
  const load = new RevisionLoad(APP, 'web-00001');
  load.note(sampleOf({ a: 5 }), 0);
  load.note(sampleOf({ a: 7, b: 2 }), 0);
  load.note(sampleOf({ b: 2 }), 0);
  load.note(sampleOf({ b: 1 }), 0);
  load.note(sampleOf({ a: 1, b: 1 }), 0);
  assert.equal(describe(load, []).requestsTotal, 5 + 2 + 2 + 1 + 1);
  assert.equal(describe(load, []).serverErrorsTotal, 2 + 1 + 1);
});

test('RevisionLoad counts instances by state, and what waits at the activator too', () => {
  const load = new RevisionLoad(APP, 'web-00001');
  load.note(sampleOf({}, 3, 1), 4);
  const places = [
    placeIn('starting'),
    placeIn('starting', true),
    placeIn('ready'),
    placeIn('draining'),
    placeIn('stopping'),
  ];
  const seen = describe(load, places);
  assert.deepEqual([seen.instancesRequested, seen.instancesReady, seen.instancesTerminating], [3, 1, 2]);
  assert.deepEqual([seen.instancesPending, seen.instancesNotReady, seen.instancesDesired], [1, 1, 2]);
  assert.deepEqual([seen.requestsInFlight, seen.requestsQueued], [3, 5]);
  assert.deepEqual([seen.concurrencyStable, seen.concurrencyPanic, seen.isPanicking], [1.5, 3, true]);
  const asleep = describe(load, []);
  assert.deepEqual([asleep.requestsInFlight, asleep.requestsQueued, asleep.concurrencyStable], [0, 0, 0]);
  assert.equal(asleep.isPanicking, false);
});
