import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideOutliers, type OutlierMemory } from './decide-outliers.ts';

const SETTINGS = { consecutiveErrors: 3, errorPercent: 50, requestsMin: 10, ejectionMs: 30_000 };

type Look = Readonly<Record<string, readonly [answers: number, errors: number, isBack?: 'back']>>;

/** Looks once a second; each look says what every instance has answered since the one before, and who was taken back. */
function watchFor(...looks: readonly Look[]) {
  const totals = new Map<string, { answers: number; errors: number }>();
  const out = new Set<string>();
  let memory: OutlierMemory = new Map();
  let nowMs = 1_000_000;
  return looks.map((look) => {
    nowMs += 1_000;
    const counts = Object.entries(look).map(([name, [answers, errors, isBack]]) => {
      if (isBack) out.delete(name);
      const before = totals.get(name) ?? { answers: 0, errors: 0 };
      const total = { answers: before.answers + answers, errors: before.errors + errors };
      totals.set(name, total);
      return { name, ...total, isOut: out.has(name) };
    });
    const decision = decideOutliers({ settings: SETTINGS, memory, counts, nowMs });
    memory = decision.memory;
    for (const name of decision.eject) out.add(name);
    for (const name of decision.readmit) out.delete(name);
    return [decision.eject, decision.readmit];
  });
}

const QUIET = { a: [0, 0], b: [0, 0] } as const;
const NOTHING = [[], []];

test('decideOutliers() takes out who fails so often in a row, however few answers that are', () => {
  const [, second, third] = watchFor(QUIET, { a: [2, 2], b: [2, 0] }, { a: [1, 1], b: [1, 0] });
  assert.deepEqual([second, third], [NOTHING, [['a'], []]]);
});

test('decideOutliers() forgets errors in a row at the first good answer', () => {
  const looks = watchFor(QUIET, { a: [2, 2], b: [0, 0] }, { a: [1, 0], b: [0, 0] }, { a: [2, 2], b: [0, 0] });
  assert.deepEqual(looks, [NOTHING, NOTHING, NOTHING, NOTHING]);
});

test('decideOutliers() takes out who fails with too large a share, once there are enough answers', () => {
  const looks = watchFor(QUIET, { a: [6, 4], b: [6, 0] }, { a: [6, 4], b: [6, 0] });
  assert.deepEqual(looks, [NOTHING, NOTHING, [['a'], []]]);
});

test('decideOutliers() takes back who was out for its time, and judges it anew', () => {
  const out = Array.from({ length: 29 }, () => QUIET);
  const looks = watchFor(
    QUIET,
    { a: [3, 3], b: [0, 0] },
    ...out,
    QUIET,
    { a: [2, 2], b: [0, 0] },
    {
      a: [1, 1],
      b: [0, 0],
    },
  );
  assert.deepEqual(looks[1], [['a'], []]);
  assert.ok(looks.slice(2, 31).every((look) => look.flat().length === 0));
  assert.deepEqual(looks.slice(31), [[[], ['a']], NOTHING, [['a'], []]]);
});

test('decideOutliers() leaves half of the instances, the best ones, and never takes the only one', () => {
  assert.deepEqual(watchFor({ a: [0, 0] }, { a: [90, 90] }), [NOTHING, NOTHING]);
  const all = { a: [20, 20], b: [20, 18], c: [20, 20] } as const;
  const [, three] = watchFor({ a: [0, 0], b: [0, 0], c: [0, 0] }, all);
  assert.deepEqual(three?.[0]?.length, 1);
  assert.notDeepEqual(three?.[0], ['b']);
});

test('decideOutliers() takes one back when too few others are left', () => {
  const looks = watchFor(QUIET, { a: [3, 3], b: [0, 0] }, { a: [0, 0] });
  assert.deepEqual(looks.slice(1), [
    [['a'], []],
    [[], ['a']],
  ]);
});

test('decideOutliers() judges anew who was taken back before its time, at once', () => {
  const looks = watchFor(
    QUIET,
    { a: [3, 3], b: [0, 0] },
    { a: [2, 2, 'back'], b: [0, 0] },
    { a: [2, 2], b: [0, 0] },
    { a: [1, 1], b: [0, 0] },
  );
  assert.deepEqual(looks.slice(1), [[['a'], []], NOTHING, NOTHING, [['a'], []]]);
});

test('decideOutliers() begins anew with a server that counts from nothing', () => {
  const counted = (answers: number, errors: number) => [
    { name: 'a', answers, errors, isOut: false },
    { name: 'b', answers: 0, errors: 0, isOut: false },
  ];
  const first = decideOutliers({ settings: SETTINGS, memory: new Map(), counts: counted(50, 2), nowMs: 1 });
  const again = decideOutliers({ settings: SETTINGS, memory: first.memory, counts: counted(2, 2), nowMs: 2 });
  assert.deepEqual(again.eject, []);
});
