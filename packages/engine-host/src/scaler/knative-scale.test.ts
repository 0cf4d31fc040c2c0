import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScaleBounds } from '@slipway/engine';
import { KnativeOracle } from '../testing/knative-oracle.ts';
import { randomNumbers } from '../testing/random-numbers.ts';
import { decideFastScale } from './fast-scale.ts';
import { decideKnativeScale, type ScaleAverages } from './knative-scale.ts';
import { initialScaleState, SCALE_WINDOWS, type ScaleState } from './scale-input.ts';

const BOUNDS: ScaleBounds = {
  instancesMin: 0,
  instancesMax: 10,
  instancesInitial: 1,
  concurrencyMax: 10,
  concurrencyTarget: 0,
  scaleDownDelayMs: 0,
  requestTimeoutMs: 300_000,
};
const NOW = 1_000_000;
const WINDOWS = { ...SCALE_WINDOWS, mode: 'knative' } as const;

interface Row {
  readonly name: string;
  readonly averages: ScaleAverages;
  readonly bounds?: Partial<ScaleBounds>;
  readonly ready: number;
  readonly state?: Partial<ScaleState>;
  readonly instances: number;
}

function both(average: number): ScaleAverages {
  return { stable: average, panic: average };
}

const TABLE: readonly Row[] = [
  { name: 'keeps one instance while the window is not over', averages: both(0), ready: 1, instances: 1 },
  {
    name: 'goes to zero when stable window and grace are over',
    averages: both(0),
    ready: 1,
    state: { lastActiveAtMs: NOW - 90_000 },
    instances: 0,
  },
  {
    name: 'keeps one a moment before',
    averages: both(0),
    ready: 1,
    state: { lastActiveAtMs: NOW - 89_999 },
    instances: 1,
  },
  {
    name: 'keeps the minimum when idle',
    averages: both(0),
    ready: 2,
    bounds: { instancesMin: 2 },
    state: { lastActiveAtMs: 0 },
    instances: 2,
  },
  { name: 'sizes by 70 % of the limit: ceil(21 / 7)', averages: both(21), ready: 3, instances: 3 },
  {
    name: 'sizes by 70 % of the soft target: ceil(21 / 3.5)',
    averages: both(21),
    ready: 6,
    bounds: { concurrencyTarget: 5 },
    instances: 6,
  },
  {
    name: 'ignores a soft target above the limit',
    averages: both(21),
    ready: 3,
    bounds: { concurrencyTarget: 500 },
    instances: 3,
  },
  { name: 'is bounded by the maximum', averages: both(1_000), ready: 1, instances: 10 },
  {
    name: 'is bounded by the platform without a maximum',
    averages: both(100_000),
    ready: 100,
    bounds: { instancesMax: 0 },
    instances: 250,
  },
  { name: 'halves at most per decision', averages: both(0), ready: 9, instances: 4 },
  { name: 'panics at twice what is ready', averages: { stable: 2, panic: 14 }, ready: 1, instances: 2 },
  { name: 'stays calm below', averages: { stable: 2, panic: 7 }, ready: 1, instances: 1 },
  {
    name: 'does not scale down in a panic',
    averages: both(0),
    ready: 8,
    state: { panicSinceMs: NOW - 1_000, panicMost: 8 },
    instances: 8,
  },
  {
    name: 'leaves the panic after a stable window',
    averages: both(0),
    ready: 8,
    state: { panicSinceMs: NOW - 60_001, panicMost: 8 },
    instances: 4,
  },
  {
    name: 'keeps the most of the scale-down delay',
    averages: both(0),
    ready: 6,
    bounds: { scaleDownDelayMs: 10_000 },
    state: { delayed: [{ atMs: NOW - 9_999, wanted: 6 }] },
    instances: 6,
  },
  {
    name: 'forgets decisions older than the delay',
    averages: both(0),
    ready: 6,
    bounds: { scaleDownDelayMs: 10_000 },
    state: { delayed: [{ atMs: NOW - 10_000, wanted: 6 }] },
    instances: 3,
  },
];

for (const row of TABLE) {
  test(`decideKnativeScale() ${row.name}`, () => {
    const bounds = { ...BOUNDS, ...row.bounds };
    const state = { ...initialScaleState(NOW), ...row.state };
    const input = { nowMs: NOW, instancesReady: row.ready, windows: WINDOWS, state };
    assert.equal(decideKnativeScale(row.averages, bounds, input).instances, row.instances);
  });
}

test('decideKnativeScale() extends a panic while the burst lasts', () => {
  const state = { ...initialScaleState(NOW), panicSinceMs: NOW - 50_000, panicMost: 2 };
  const input = { nowMs: NOW, instancesReady: 2, windows: WINDOWS, state };
  const decision = decideKnativeScale({ stable: 3, panic: 30 }, BOUNDS, input);
  assert.equal(decision.state.panicSinceMs, NOW);
  assert.equal(decision.state.panicMost, 5);
});

test('initialScaleState() keeps what ran before for a stable window, and as long as the delay says', () => {
  const decide = (mode: 'decideKnativeScale' | 'decideFastScale', atMs: number, bounds: Partial<ScaleBounds> = {}) => {
    const state = { ...initialScaleState(NOW, 8), lastActiveAtMs: NOW };
    const input = { nowMs: NOW + atMs, instancesReady: 8, windows: WINDOWS, state };
    const all = { ...BOUNDS, ...bounds };
    return mode === 'decideFastScale'
      ? decideFastScale([], all, input).instances
      : decideKnativeScale(both(0), all, input).instances;
  };
  assert.deepEqual([decide('decideKnativeScale', 2_000), decide('decideKnativeScale', 60_001)], [8, 4]);
  const delayed = { scaleDownDelayMs: 30_000 };
  const before = [decide('decideFastScale', 29_999, delayed), decide('decideFastScale', 29_999)];
  assert.deepEqual([...before, decide('decideFastScale', 30_000, delayed)], [8, 1, 1]);
  const one = initialScaleState(NOW, 1);
  assert.deepEqual([one.panicSinceMs, one.panicMost], [undefined, 0]);
});

const STEPS = 1_000_000;
const STEPS_PER_TRACE = 500;

test('decideKnativeScale() decides as the published formulas do, a million random steps long', () => {
  const random = randomNumbers(20_260_101);
  let differing = 0;
  let panics = 0;
  let zeros = 0;
  for (let trace = 0; trace < STEPS / STEPS_PER_TRACE; trace += 1) {
    const bounds = {
      ...BOUNDS,
      instancesMin: random.below(4),
      instancesMax: random.oneOf([0, 1, 5, 20, 250]),
      concurrencyMax: random.oneOf([1, 2, 10, 100, 1_000]),
      concurrencyTarget: random.oneOf([0, 1, 7, 50]),
      scaleDownDelayMs: random.oneOf([0, 0, 5_000, 60_000]),
    };
    let nowMs = NOW;
    let ready = random.below(8);
    let state = initialScaleState(nowMs, ready);
    const oracle = new KnativeOracle(bounds, { nowMs, pods: ready });
    let level = 0;
    for (let step = 0; step < STEPS_PER_TRACE; step += 1) {
      nowMs += random.oneOf([2_000, 2_000, 2_000, 1_999, 61_000]);
      if (random.below(10) === 0) level = random.oneOf([0, 0, 0.3, 1, 5, 40, 300, 5_000]);
      const averages = { stable: level * random.next(), panic: level * random.oneOf([0, 1, 2, 3]) * random.next() };
      if (averages.panic + averages.stable > 0) state = { ...state, lastActiveAtMs: nowMs };
      const idleMs = nowMs - state.lastActiveAtMs;
      const decision = decideKnativeScale(averages, bounds, { nowMs, instancesReady: ready, windows: WINDOWS, state });
      if (decision.instances !== oracle.decide(averages, { nowMs, ready, idleMs })) differing += 1;
      ({ state } = decision);
      panics += state.panicSinceMs === undefined ? 0 : 1;
      zeros += decision.instances === 0 ? 1 : 0;
      // What was wanted is there at the next step, or not yet.
      ready = random.below(3) === 0 ? ready : decision.instances;
    }
  }
  assert.equal(differing, 0);
  assert.ok(panics > STEPS / 100 && zeros > STEPS / 1_000, `the traces reach both: ${panics} panics, ${zeros} zeros`);
});
