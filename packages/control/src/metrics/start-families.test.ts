import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderPrometheus } from './prometheus-text.ts';
import { startFamilies } from './start-families.ts';

test('startFamilies() gives a histogram of starts and the sums of their phases, in seconds', () => {
  const phasesMs = { queue: 1, image: 0, sandbox: 2, process: 0, ready: 2, route: 1 };
  const buckets = [
    { atMostMs: 2.5, count: 0 },
    { atMostMs: 10, count: 1 },
  ];
  const starts = [{ tier: 'created' as const, count: 1, phasesMs, buckets }];
  const lines = renderPrometheus(startFamilies([{ labels: { app: 'web' }, starts }])).split('\n');
  const name = 'slipway_application_start_duration_seconds';
  assert.deepEqual(lines.slice(1, 7), [
    `# TYPE ${name} histogram`,
    `${name}_bucket{app="web",tier="created",le="0.0025"} 0`,
    `${name}_bucket{app="web",tier="created",le="0.01"} 1`,
    `${name}_bucket{app="web",tier="created",le="+Inf"} 1`,
    `${name}_sum{app="web",tier="created"} 0.006`,
    `${name}_count{app="web",tier="created"} 1`,
  ]);
  const phase = 'slipway_application_start_phase_duration_seconds';
  assert.ok(lines.includes(`# TYPE ${phase} summary`));
  assert.ok(lines.includes(`${phase}_sum{app="web",tier="created",phase="sandbox"} 0.002`));
  assert.ok(lines.includes(`${phase}_count{app="web",tier="created",phase="sandbox"} 1`));
});
