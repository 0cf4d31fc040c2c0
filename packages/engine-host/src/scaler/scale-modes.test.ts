import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScaleBounds } from '@slipway/engine';
import { randomNumbers } from '../testing/random-numbers.ts';
import { simulateScale, STEP_MS, type SimulatedRun } from '../testing/scale-simulation.ts';

const STEPS = 6_000;
const SERVICE_MS = 500;
const START_MS = 500;
const SEEDS = [1];

/** Requests in flight that the load amounts to, over steps of a tenth of a second; each ends as it began. */
const LOADS: Readonly<Record<string, (step: number) => number>> = {
  'a step from nothing': (step) => (step >= 1_200 && step < 3_600 ? 200 : 0),
  'a step to ten times': (step) => (step >= 1_200 && step < 3_600 ? 50 : 5),
  'a step to double': (step) => (step >= 1_200 && step < 3_600 ? 40 : 20),
  'a step by a third': (step) => (step >= 1_200 && step < 3_600 ? 40 : 30),
  steady: () => 40,
  'hardly any': () => 3,
  'a request now and then': () => 0.01,
  'spikes every half minute': (step) => (step % 300 < 20 ? 80 : 1),
  'spikes every two minutes': (step) => (step % 1_200 < 20 ? 80 : 0),
  'a slow wave': (step) => 30 + 25 * Math.sin(step / 200),
  'up and down': (step) => Math.min(step, STEPS - step) / 25,
  restless: (step) => 20 + 15 * Math.sin(step / 97) + 10 * Math.sin(step / 31) * Math.sin(step / 411),
};

function boundsFor(concurrencyMax: number): ScaleBounds {
  return {
    instancesMin: 0,
    instancesMax: 0,
    instancesInitial: 1,
    concurrencyMax,
    concurrencyTarget: 0,
    scaleDownDelayMs: 0,
    requestTimeoutMs: 300_000,
  };
}

/** Both modes under the same arrivals, summed over the seeds. */
function compare(load: (step: number) => number, concurrencyMax: number): { knative: Total; fast: Total } {
  const bounds = boundsFor(concurrencyMax);
  const share = Math.min(1, concurrencyMax / 10);
  const traces = SEEDS.map((seed) => {
    const random = randomNumbers(seed);
    const perStep = (step: number) => (load(step) * share * STEP_MS) / SERVICE_MS;
    const arrivals = Array.from({ length: STEPS }, (_none, step) => random.poisson(perStep(step)));
    return { arrivals, serviceMs: SERVICE_MS, startMs: START_MS };
  });
  return {
    knative: total(traces.map((trace) => simulateScale('knative', bounds, trace))),
    fast: total(traces.map((trace) => simulateScale('fast', bounds, trace))),
  };
}

type Total = Pick<SimulatedRun, 'instanceSeconds' | 'waitedSeconds'>;

function total(runs: readonly SimulatedRun[]): Total {
  return {
    instanceSeconds: runs.reduce((all, run) => all + run.instanceSeconds, 0),
    waitedSeconds: runs.reduce((all, run) => all + run.waitedSeconds, 0),
  };
}

const totals = new Map(
  Object.entries(LOADS).map(([name, load]) => [
    name,
    [1, 2, 10].map((concurrencyMax) => compare(load, concurrencyMax)),
  ]),
);

function sum(of: readonly { knative: Total; fast: Total }[], mode: 'fast' | 'knative', key: keyof Total): number {
  return of.reduce((all, one) => all + one[mode][key], 0);
}

for (const [name, of] of totals) {
  test(`the fast mode takes no more instance-seconds than Knative's under load of this kind: ${name}`, (t) => {
    const ratio = (key: keyof Total) => (sum(of, 'fast', key) / Math.max(1, sum(of, 'knative', key))).toFixed(2);
    t.diagnostic(`instance-seconds ${ratio('instanceSeconds')} ×, waiting ${ratio('waitedSeconds')} ×`);
    assert.ok(sum(of, 'fast', 'instanceSeconds') <= sum(of, 'knative', 'instanceSeconds'));
  });
}

test('in the fast mode requests wait half as long, over all kinds of load', (t) => {
  const all = [...totals.values()].flat();
  const ratio = sum(all, 'fast', 'waitedSeconds') / sum(all, 'knative', 'waitedSeconds');
  t.diagnostic(`waiting ${ratio.toFixed(2)} ×`);
  assert.ok(ratio <= 0.5);
});

test('the fast mode has the capacity for a step to a hundred times in a tenth of the time', (t) => {
  const atStep = 601;
  const arrivals = Array.from({ length: 1_200 }, (_none, step) => {
    if (step === atStep) return 200;
    // The first 200 end after five seconds; then as many come as go.
    return step > atStep ? Number(step > atStep + 50) * 4 : Number(step % 25 === 0);
  });
  const trace = { arrivals, serviceMs: 5_000, startMs: STEP_MS };
  const stepsShort = (mode: 'fast' | 'knative') =>
    simulateScale(mode, boundsFor(10), trace).shortSteps.filter((step) => step >= atStep).length;
  t.diagnostic(`steps in which something waited: fast ${stepsShort('fast')}, knative ${stepsShort('knative')}`);
  assert.ok(stepsShort('fast') > 0 && stepsShort('fast') * 10 <= stepsShort('knative'));
});
