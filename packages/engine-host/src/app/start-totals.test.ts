import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeStart } from './start-clock.ts';
import { StartTotals } from './start-totals.ts';

const PHASES = { queue: 1, image: 0, sandbox: 2, process: 0.5, ready: 3, route: 0.5 };

test('StartTotals adds up the starts of each tier, in buckets that hold the smaller ones too', () => {
  const totals = new StartTotals();
  totals.note({ tier: 'created', phasesMs: PHASES });
  totals.note({ tier: 'created', phasesMs: { ...PHASES, ready: 99.5 } });
  totals.note({ tier: 'frozen', phasesMs: { ...PHASES, sandbox: 0, ready: 0, route: 0 } });
  const [created, frozen] = totals.read();
  assert.deepEqual([created?.tier, created?.count, frozen?.tier, frozen?.count], ['created', 2, 'frozen', 1]);
  assert.deepEqual(created?.phasesMs, { queue: 2, image: 0, sandbox: 4, process: 1, ready: 102.5, route: 1 });
  const at = (atMostMs: number) => created?.buckets.find((bucket) => bucket.atMostMs === atMostMs)?.count;
  assert.deepEqual([at(5), at(10), at(100), at(250)], [0, 1, 1, 2]);
});

test('describeStart() says how long a start took, from what, and where the time went', () => {
  assert.equal(
    describeStart({ tier: 'created', phasesMs: PHASES }),
    'in 7.0 ms from a created sandbox (queue 1.0, image 0.0, sandbox 2.0, process 0.5, ready 3.0, route 0.5)',
  );
});
