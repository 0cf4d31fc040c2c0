import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sumAmounts, viewUsage } from './usage-view.ts';

const ROW = {
  period: '2026-01-31T05',
  projectId: 'p',
  componentType: 'app',
  componentName: 'web',
  revisionName: 'web-00001',
  cpuMillis: 500,
  memoryBytes: 4e9,
  runningMs: 1500,
} as const;
const RANGE = { from: '2026-01-31T00', until: '2026-02-02T07' };

test('sumAmounts() counts the configured size, to a thousandth of a second', () => {
  assert.deepEqual(sumAmounts([ROW]), { instance_seconds: 1.5, vcpu_seconds: 0.75, gb_seconds: 6 });
  assert.deepEqual(sumAmounts([{ cpuMillis: 125, memoryBytes: 25e7, runningMs: 1 }, ROW]), {
    instance_seconds: 1.501,
    vcpu_seconds: 0.75,
    gb_seconds: 6,
  });
  assert.deepEqual(sumAmounts([]), { instance_seconds: 0, vcpu_seconds: 0, gb_seconds: 0 });
});

test('viewUsage() shows the size, and the period within the range', () => {
  const boundsOf = (period: string) => {
    const { start, end } = viewUsage({ ...ROW, period }, RANGE);
    return [start.slice(0, 13), end.slice(0, 13)];
  };
  assert.deepEqual(boundsOf('2026-01-31T23'), ['2026-01-31T23', '2026-02-01T00']);
  assert.deepEqual(boundsOf('2026-01-31'), ['2026-01-31T00', '2026-02-01T00']);
  assert.deepEqual(boundsOf('2026-01'), ['2026-01-31T00', '2026-02-01T00']);
  assert.deepEqual(boundsOf('2026-02'), ['2026-02-01T00', '2026-02-02T07']);
  assert.deepEqual(boundsOf(''), ['2026-01-31T00', '2026-02-02T07']);
  const item = viewUsage(ROW, RANGE);
  assert.deepEqual([item.cpu_limit, item.memory_limit, item.revision_name], ['0.5', '4G', 'web-00001']);
  assert.equal('revision_name' in viewUsage({ ...ROW, revisionName: '' }, RANGE), false);
});
