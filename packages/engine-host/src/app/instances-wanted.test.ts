import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instancesToVerify, instancesWanted, VERIFIED_HOLD_MS, type WantedInput } from './instances-wanted.ts';

const BOUNDS = {
  instancesMin: 1,
  instancesMax: 5,
  instancesInitial: 2,
  concurrencyMax: 10,
  concurrencyTarget: 0,
  scaleDownDelayMs: 0,
  requestTimeoutMs: 1_000,
};
const SERVING: WantedInput = { role: 'serving', hasGivenUp: false, scaled: 3, verifiedForMs: 0 };

const TABLE: readonly (readonly [string, Partial<WantedInput>, number])[] = [
  ['what the scaler wants', {}, 3],
  ['at least the minimum', { scaled: 0 }, 1],
  ['at most the maximum', { scaled: 9 }, 5],
  ['none of a revision that gave up', { hasGivenUp: true }, 0],
  ['none of a retired revision', { role: 'retired' }, 0],
  ['the initial number until it was ready', { role: 'verifying', verifiedForMs: undefined }, 2],
  ['the initial number while it waits for traffic', { role: 'verifying', verifiedForMs: VERIFIED_HOLD_MS - 1 }, 2],
  ['none when the traffic does not come', { role: 'verifying', verifiedForMs: VERIFIED_HOLD_MS }, 0],
];
for (const [name, change, wanted] of TABLE) {
  test(`instancesWanted() is ${name}`, () => {
    assert.equal(instancesWanted(BOUNDS, { ...SERVING, ...change }), wanted);
  });
}

test('instancesToVerify() is the minimum too, where there is room for it', () => {
  const needs = (instancesMin: number, hasRoom: boolean) => instancesToVerify({ ...BOUNDS, instancesMin }, { hasRoom });
  assert.deepEqual([needs(0, true), needs(4, true), needs(4, false)], [2, 4, 2]);
});
