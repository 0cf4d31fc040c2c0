import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScaleBounds } from '@slipway/engine';
import fc from 'fast-check';
import { decideFastScale } from './fast-scale.ts';
import type { DemandSample } from './scale-demand.ts';
import { initialScaleState, instancesUpperBound, SCALE_WINDOWS, type ScaleState } from './scale-input.ts';

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

/** Demand that was the same from so long ago until now. */
function constant(inFlight: number, options: { forMs?: number; queued?: number } = {}): DemandSample[] {
  return [{ atMs: NOW - (options.forMs ?? 60_000), inFlight, queued: options.queued ?? 0 }];
}

interface Row {
  readonly name: string;
  readonly samples: readonly DemandSample[];
  readonly bounds?: Partial<ScaleBounds>;
  readonly state?: Partial<ScaleState>;
  readonly instances: number;
}

const TABLE: readonly Row[] = [
  { name: 'keeps one instance while the window is not over', samples: constant(0), instances: 1 },
  {
    name: 'goes to zero when stable window and grace are over',
    samples: constant(0),
    state: { lastActiveAtMs: NOW - 90_000 },
    instances: 0,
  },
  { name: 'keeps one a moment before', samples: constant(0), state: { lastActiveAtMs: NOW - 89_999 }, instances: 1 },
  {
    name: 'keeps the minimum when idle',
    samples: constant(0),
    bounds: { instancesMin: 2 },
    state: { lastActiveAtMs: 0 },
    instances: 2,
  },
  {
    name: 'never goes to zero with a request in flight',
    samples: constant(1),
    state: { lastActiveAtMs: 0 },
    instances: 1,
  },
  { name: 'sizes by 75 % of the limit: ceil(21 / 7.5)', samples: constant(21), instances: 3 },
  {
    name: 'sizes by 75 % of the soft target: ceil(21 / 3.75)',
    samples: constant(21),
    bounds: { concurrencyTarget: 5 },
    instances: 6,
  },
  {
    name: 'ignores a soft target above the limit',
    samples: constant(21),
    bounds: { concurrencyTarget: 500 },
    instances: 3,
  },
  {
    name: 'acts at once on what is queued now: ceil(45 / 10)',
    samples: [...constant(0), { atMs: NOW, inFlight: 10, queued: 35 }],
    instances: 5,
  },
  {
    name: 'keeps a peak for half a second',
    samples: [...constant(45), { atMs: NOW - 499, inFlight: 0, queued: 0 }],
    instances: 6,
  },
  {
    name: 'then goes by the average of six seconds: ceil(45 / 12 / 7.5)',
    samples: [
      ...constant(0),
      { atMs: NOW - 5_500, inFlight: 45, queued: 0 },
      { atMs: NOW - 5_000, inFlight: 0, queued: 0 },
    ],
    instances: 1,
  },
  { name: 'is bounded by the maximum', samples: constant(1_000), instances: 10 },
  {
    name: 'is bounded by the platform without a maximum',
    samples: constant(100_000),
    bounds: { instancesMax: 0 },
    instances: 250,
  },
  {
    name: 'keeps the most of the scale-down delay',
    samples: constant(0),
    bounds: { scaleDownDelayMs: 10_000 },
    state: { delayed: [{ atMs: NOW - 9_999, wanted: 6 }] },
    instances: 6,
  },
  {
    name: 'forgets decisions older than the delay',
    samples: constant(0),
    bounds: { scaleDownDelayMs: 10_000 },
    state: { delayed: [{ atMs: NOW - 10_000, wanted: 6 }] },
    instances: 1,
  },
];

for (const row of TABLE) {
  test(`decideFastScale() ${row.name}`, () => {
    const bounds = { ...BOUNDS, ...row.bounds };
    const state = { ...initialScaleState(NOW), ...row.state };
    const input = { nowMs: NOW, instancesReady: 1, windows: SCALE_WINDOWS, state };
    assert.equal(decideFastScale(row.samples, bounds, input).instances, row.instances);
  });
}

const someBounds = fc.record({
  instancesMin: fc.nat(5),
  instancesMax: fc.nat(20),
  instancesInitial: fc.constant(1),
  concurrencyMax: fc.integer({ min: 1, max: 100 }),
  concurrencyTarget: fc.nat(100),
  scaleDownDelayMs: fc.constantFrom(0, 5_000),
  requestTimeoutMs: fc.constant(1_000),
});
const someSamples = fc
  .array(fc.record({ agoMs: fc.nat(60_000), inFlight: fc.nat(500), queued: fc.nat(500) }), { maxLength: 30 })
  .map((list) =>
    list
      .toSorted((one, other) => other.agoMs - one.agoMs)
      .map(({ agoMs, inFlight, queued }) => ({ atMs: NOW - agoMs, inFlight, queued })),
  );
const someState = fc.record({ idleMs: fc.nat(200_000), panicAgoMs: fc.option(fc.nat(100_000)), panicMost: fc.nat(20) });
const someReady = fc.nat(20);

function inputFor(ready: number, from: { idleMs: number; panicAgoMs: number | null; panicMost: number }) {
  const state: ScaleState = {
    lastActiveAtMs: NOW - from.idleMs,
    ...(from.panicAgoMs === null ? {} : { panicSinceMs: NOW - from.panicAgoMs }),
    panicMost: from.panicMost,
    delayed: [],
  };
  return { nowMs: NOW, instancesReady: ready, windows: SCALE_WINDOWS, state };
}

test('decideFastScale() stays inside the bounds, covers what is there now, and never sleeps with a request', () => {
  fc.assert(
    fc.property(someSamples, someBounds, someReady, someState, (samples, bounds, ready, from) => {
      const { instances } = decideFastScale(samples, bounds, inputFor(ready, from));
      const upper = instancesUpperBound(bounds);
      const last = samples.at(-1);
      const demand = last ? last.inFlight + last.queued : 0;
      assert.ok(instances >= bounds.instancesMin && instances <= upper);
      assert.ok(instances >= Math.min(upper, Math.ceil(demand / bounds.concurrencyMax)));
      if (demand > 0) assert.ok(instances >= 1);
    }),
  );
});

test('decideFastScale() never wants less for more demand', () => {
  fc.assert(
    fc.property(someSamples, someBounds, someReady, someState, fc.nat(200), (samples, bounds, ready, from, more) => {
      const input = inputFor(ready, from);
      const heavier = samples.map((sample) => ({ ...sample, inFlight: sample.inFlight + more }));
      assert.ok(decideFastScale(heavier, bounds, input).instances >= decideFastScale(samples, bounds, input).instances);
    }),
  );
});
