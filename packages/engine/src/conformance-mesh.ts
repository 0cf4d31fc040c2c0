/** The contract of `Engine` about calls inside a project, as tests: what can be seen of it from outside. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBench, untilAnswered, type EngineConformanceOptions } from './conformance-bench.ts';
import type { MeshWorkload } from './mesh.ts';

const EVERYTHING: MeshWorkload = {
  callers: [],
  timeoutMs: 10,
  retries: { attempts: 2, budgetPercent: 20, anyMethod: true },
  outliers: { consecutiveErrors: 5, errorPercent: 50, requestsMin: 20, ejectionMs: 30_000 },
  abort: { percent: 100, status: 503 },
  delay: { percent: 100, delayMs: 60_000 },
  mirror: { percent: 100, host: 'nobody.here' },
};

export function meshTests(options: EngineConformanceOptions): void {
  test('what is set for calls inside a project concerns no request from outside, and makes no other instance', async (t) => {
    const bench = await openBench(t, options);
    const first = await bench.revision(1, options.images.good);
    const state = { revisions: [first], traffic: first.revisionName };
    await bench.engine.applyApp(bench.workload(state));
    await untilAnswered(options, bench.host, first.revisionName);
    const before = await bench.engine.observeApp(bench.key);
    await bench.engine.applyApp(bench.workload({ ...state, mesh: EVERYTHING }));
    await untilAnswered(options, bench.host, first.revisionName);
    const after = await bench.engine.observeApp(bench.key);
    const namesOf = (seen: typeof after) => seen?.instances.map(({ instanceName }) => instanceName);
    assert.deepEqual(namesOf(after), namesOf(before));
    await bench.engine.applyApp(bench.workload(state));
    await untilAnswered(options, bench.host, first.revisionName);
  });
}
