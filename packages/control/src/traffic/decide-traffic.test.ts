import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideTraffic, type TrafficDecision, type TrafficScene } from './decide-traffic.ts';
import { DEFAULT_TRAFFIC, type TrafficSpec, type TrafficStatus } from './traffic-record.ts';

interface Turn {
  readonly spec?: Partial<TrafficSpec>;
  readonly latestReady?: string;
  readonly ready?: readonly string[];
  readonly faults?: Readonly<Record<string, string>>;
  readonly status?: TrafficStatus | undefined;
  readonly atMs?: number;
}

function decide({
  atMs = 0,
  faults = {},
  latestReady,
  ready = ['v1', 'v2', 'v3'],
  spec,
  status,
}: Turn): TrafficDecision {
  const scene: TrafficScene = {
    spec: { ...DEFAULT_TRAFFIC, ...spec },
    status,
    latestReady,
    isReady: (name) => ready.includes(name),
    faultOf: (name) => faults[name],
    nowMs: atMs,
  };
  return decideTraffic(scene);
}

function sharesOf({ status }: TrafficDecision): string {
  return (status?.shares ?? []).map(({ percent, revisionName }) => `${revisionName}=${percent}`).join(' ');
}

const all = (revisionName: string, percent = 100) => ({ revisionName, percent });

test('decideTraffic() gives all to the latest revision that is ready, and nothing before there is one', () => {
  assert.equal(decide({}).status, undefined);
  const first = decide({ latestReady: 'v1' });
  assert.equal(sharesOf(first), 'v1=100');
  assert.equal(first.lookAtMs, undefined);
  const second = decide({ latestReady: 'v2', status: first.status, atMs: 5 });
  assert.equal(sharesOf(second), 'v2=100');
  assert.deepEqual(second.status?.previous, [all('v1')]);
  assert.equal(second.lookAtMs, 1_005);
  assert.equal(decide({ latestReady: 'v2', status: second.status, atMs: 60_005 }).lookAtMs, undefined);
});

test('decideTraffic() leaves a revision what it has until all that are to get some have been ready', () => {
  const { status } = decide({ latestReady: 'v1' });
  const spec = { targets: [all('v1', 50), all('v3', 50)], statement: 1 };
  assert.equal(sharesOf(decide({ spec, status, latestReady: 'v1', ready: ['v1'] })), 'v1=100');
  assert.equal(sharesOf(decide({ spec, status, latestReady: 'v1' })), 'v1=50 v3=50');
});

test('decideTraffic() goes step by step, and on from where it was after any pause', () => {
  const spec = { targets: [all('v2')], step: { percent: 40, intervalMs: 60_000 }, statement: 1 };
  const rollback = { ...DEFAULT_TRAFFIC.rollback, enabled: false };
  let last = decide({ latestReady: 'v1' });
  const seen: string[] = [];
  for (const atMs of [0, 30_000, 60_000, 600_000, 700_000]) {
    last = decide({ spec: { ...spec, rollback }, latestReady: 'v2', status: last.status, atMs });
    seen.push(`${sharesOf(last)} ${last.lookAtMs ?? 'rest'}`);
  }
  assert.deepEqual(seen, [
    'v2=40 v1=60 60000',
    'v2=40 v1=60 60000',
    'v2=80 v1=20 120000',
    'v2=100 rest',
    'v2=100 rest',
  ]);
});

test('decideTraffic() goes back when a revision that got requests fails, and stays there', () => {
  const before = decide({ latestReady: 'v1' });
  const moved = decide({ latestReady: 'v2', status: before.status });
  const back = decide({ latestReady: 'v2', status: moved.status, atMs: 10, faults: { v2: 'it answered badly' } });
  assert.equal(sharesOf(back), 'v1=100');
  assert.deepEqual(back.status?.wentBack, { revisionName: 'v2', message: 'it answered badly' });
  assert.equal(back.lookAtMs, undefined);
  assert.equal(sharesOf(decide({ latestReady: 'v2', status: back.status, atMs: 90_000 })), 'v1=100');
  const next = decide({ latestReady: 'v3', status: back.status, atMs: 100_000 });
  assert.equal(sharesOf(next), 'v3=100');
  assert.deepEqual([next.status?.previous, next.status?.wentBack], [[all('v1')], undefined]);
});

test('decideTraffic() stops a rollout on its way, and tries again when that is stated anew', () => {
  const spec = { targets: [all('v2')], step: { percent: 10, intervalMs: 1_000 }, statement: 1 };
  const before = decide({ latestReady: 'v1' });
  const moved = decide({ spec, latestReady: 'v2', status: before.status });
  const back = decide({ spec, latestReady: 'v2', status: moved.status, atMs: 5_000, faults: { v2: 'it crashed' } });
  assert.equal(sharesOf(back), 'v1=100');
  const again = decide({ spec: { ...spec, statement: 2 }, latestReady: 'v2', status: back.status, atMs: 6_000 });
  assert.equal(sharesOf(again), 'v2=10 v1=90');
});

test('decideTraffic() does not go back for a revision that lost requests, that is no longer watched, or when told not to', () => {
  const before = decide({ latestReady: 'v1' });
  const moved = decide({ latestReady: 'v2', status: before.status });
  const faults = { v2: 'it failed' };
  assert.equal(
    sharesOf(decide({ latestReady: 'v2', status: moved.status, atMs: 1, faults: { v1: 'it failed' } })),
    'v2=100',
  );
  assert.equal(sharesOf(decide({ latestReady: 'v2', status: moved.status, atMs: 60_000, faults })), 'v2=100');
  const rollback = { ...DEFAULT_TRAFFIC.rollback, enabled: false };
  assert.equal(
    sharesOf(decide({ spec: { rollback }, latestReady: 'v2', status: moved.status, atMs: 1, faults })),
    'v2=100',
  );
});

test('decideTraffic() does nothing when the same is stated again', () => {
  const before = decide({ latestReady: 'v1' });
  const again = decide({
    spec: { targets: [all('v1')], statement: 7 },
    latestReady: 'v1',
    status: before.status,
    atMs: 9,
  });
  assert.deepEqual(again.status, { ...before.status, statement: 7 });
});
