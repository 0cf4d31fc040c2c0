import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderUsage } from './render-usage.ts';

test('renderUsage() shows each item and the sum of all', () => {
  const amounts = { instance_seconds: 1.5, vcpu_seconds: 0.75, gb_seconds: 6 };
  const start = '2026-01-31T00:00:00.000Z';
  const end = '2026-02-01T00:00:00.000Z';
  const item = {
    start,
    end,
    project_id: 'p',
    component_type: 'build_run',
    component_name: 'one',
    cpu_limit: '0.5',
  } as const;
  const usage = [{ ...item, memory_limit: '4G', ...amounts }];
  const text = renderUsage({ from: start, to: end, granularity: 'day', total: amounts, usage, limit: 1 }, false);
  assert.equal(
    text,
    [
      'From:  2026-01-31T00:00:00.000Z',
      'To:    2026-02-01T00:00:00.000Z',
      '',
      'Start             Kind       Name  Revision  Size      Instance s  vCPU s  GB s',
      '2026-01-31T00:00  build run  one   -         0.5 / 4G  1.500       0.750   6.000',
      'Total                                                  1.500       0.750   6.000',
      '',
    ].join('\n'),
  );
});
