import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RevisionMetrics } from '@slipway/engine';
import { ErrorWatch } from './error-watch.ts';

const APP = { projectId: 'p', appName: 'web' };

function lookAt(
  watch: ErrorWatch,
  nowMs: number,
  totals: Readonly<Record<string, readonly [number, number]>>,
  since = 'x',
) {
  const metrics = Object.entries(totals).map(([revisionName, [requestsTotal, serverErrorsTotal]]) => ({
    ...APP,
    revisionName,
    requestsTotal,
    serverErrorsTotal,
  }));
  return watch.look({ app: APP, since, windowMs: 60_000, nowMs, metrics: metrics as unknown as RevisionMetrics[] });
}

test('ErrorWatch counts what was answered since the change, and remembers what was before', () => {
  const watch = new ErrorWatch();
  lookAt(watch, 0, { old: [500, 5], new: [2, 0] });
  const scene = lookAt(watch, 1_000, { old: [510, 5], new: [42, 20] })('new');
  assert.deepEqual(scene.candidate, { requests: 40, errors: 20 });
  assert.deepEqual(scene.others, { requests: 10, errors: 0 });
  assert.deepEqual(scene.othersBefore, { requests: 500, errors: 5 });
});

test('ErrorWatch remembers a revision that is gone, and begins anew with another change', () => {
  const watch = new ErrorWatch();
  lookAt(watch, 0, { old: [500, 5], new: [0, 0] });
  assert.deepEqual(lookAt(watch, 1_000, { new: [30, 30] })('new').othersBefore, { requests: 500, errors: 5 });
  const next = lookAt(watch, 2_000, { new: [31, 30] }, 'y')('new');
  assert.deepEqual(
    [next.candidate, next.othersBefore],
    [
      { requests: 0, errors: 0 },
      { requests: 0, errors: 0 },
    ],
  );
});

test('ErrorWatch forgets what is older than the window, and survives counters that begin anew', () => {
  const watch = new ErrorWatch();
  for (let second = 0; second <= 100; second += 1) lookAt(watch, second * 1_000, { new: [second, 0] });
  assert.deepEqual(lookAt(watch, 101_000, { new: [101, 0] })('new').candidate, { requests: 60, errors: 0 });
  assert.deepEqual(lookAt(watch, 102_000, { new: [3, 1] })('new').candidate, { requests: 3, errors: 1 });
});
