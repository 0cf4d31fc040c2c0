import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EDGES_PER_PROJECT_MAX, EdgeTally } from './edge-tally.ts';
import { outcomeOf } from './edge-outcome.ts';

const outside = { type: 'outside' } as const;
const web = { projectId: 'p1', source: outside, targetApp: 'web' } as const;

test('EdgeTally counts each edge by outcome and duration', () => {
  const tally = new EdgeTally();
  tally.add({ key: web, outcome: 'answered', durationMs: 1 });
  tally.add({ key: web, outcome: 'server_error', durationMs: 60 });
  tally.add({ key: web, outcome: 'no_answer', durationMs: 20_000 });
  tally.add({ key: { ...web, source: { type: 'app', appName: 'outside' } }, outcome: 'canceled', durationMs: 3 });
  const [first, second, ...others] = tally.observe();
  assert.deepEqual(others, []);
  assert.ok(first && second);
  const { buckets, durationSumMs, noAnswersTotal, requestsTotal, serverErrorsTotal } = first;
  assert.deepEqual([requestsTotal, serverErrorsTotal, noAnswersTotal, durationSumMs], [3, 1, 1, 20_061]);
  const at = (ms: number) => buckets.find(({ atMostMs }) => atMostMs === ms)?.count;
  assert.deepEqual([at(1), at(50), at(75), at(10_000)], [1, 1, 2, 2]);
  assert.deepEqual([second.source, second.canceledTotal], [{ type: 'app', appName: 'outside' }, 1]);
});

test('EdgeTally counts edges past its bound together, for each project by itself', () => {
  const tally = new EdgeTally();
  for (let number = 0; number < EDGES_PER_PROJECT_MAX + 50; number += 1)
    tally.add({ key: { ...web, targetApp: `app-${number}` }, outcome: 'answered', durationMs: 1 });
  tally.add({ key: { ...web, projectId: 'p2' }, outcome: 'answered', durationMs: 1 });
  tally.add({ key: { ...web, targetApp: 'app-7' }, outcome: 'answered', durationMs: 1 });
  const seen = tally.observe();
  assert.equal(seen.length, EDGES_PER_PROJECT_MAX + 2);
  assert.deepEqual(
    seen
      .filter(({ source }) => source.type === 'other')
      .map(({ requestsTotal, targetApp }) => [requestsTotal, targetApp]),
    [[50, undefined]],
  );
  assert.equal(seen.find(({ targetApp }) => targetApp === 'app-7')?.requestsTotal, 2);
});

test('EdgeTally tells what is under way, also on an edge where nothing is over yet', () => {
  const tally = new EdgeTally();
  tally.add({ key: web, outcome: 'answered', durationMs: 1 });
  const stock = { ...web, targetApp: 'stock' };
  const seen = tally.observe([
    { key: web, requests: 2 },
    { key: web, requests: 1 },
    { key: stock, requests: 4 },
  ]);
  assert.deepEqual(
    seen.map(({ requestsInFlight, requestsTotal, targetApp }) => [targetApp, requestsTotal, requestsInFlight]),
    [
      ['web', 1, 3],
      ['stock', 0, 4],
    ],
  );
});

test('EdgeTally forgets the edges to and from an app that is gone', () => {
  const tally = new EdgeTally();
  const add = (source: 'outside' | { type: 'app'; appName: string }, targetApp: string) =>
    tally.add({
      key: { projectId: 'p1', source: source === 'outside' ? outside : source, targetApp },
      outcome: 'answered',
      durationMs: 1,
    });
  add('outside', 'web');
  add({ type: 'app', appName: 'web' }, 'stock');
  add('outside', 'stock');
  tally.forgetApp({ projectId: 'p1', appName: 'web' });
  assert.deepEqual(
    tally.observe().map(({ source, targetApp }) => [source.type, targetApp]),
    [['outside', 'stock']],
  );
  tally.forgetProject('p1');
  assert.deepEqual(tally.observe(), []);
});

test('outcomeOf() tells who gave no answer from who gave a bad one', () => {
  const table = [
    ['-', 200, 'answered'],
    ['-', 302, 'answered'],
    ['-', 404, 'client_error'],
    ['L', 403, 'client_error'],
    ['-', 500, 'server_error'],
    ['S', 502, 'no_answer'],
    ['s', 504, 'no_answer'],
    ['S', 200, 'no_answer'],
    ['L', 503, 'no_answer'],
    ['C', 0, 'canceled'],
    ['c', 408, 'canceled'],
    ['-', 0, 'no_answer'],
  ] as const;
  for (const [endedBy, status, outcome] of table)
    assert.equal(outcomeOf({ endedBy, status }), outcome, `${endedBy} ${status}`);
});
