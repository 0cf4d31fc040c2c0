/** The part of the engine's contract about room: what is given away, and what waits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Resources } from './admission.ts';
import { openBench, poll, untilAnswered, type EngineConformanceOptions } from './conformance-bench.ts';

const MANY: Resources = { instances: 9, cpuMillis: 1e5, memoryBytes: 1e11, ephemeralStorageBytes: 1e11 };

export function capacityTests(options: EngineConformanceOptions): void {
  test('observeCapacity() counts what runs of a project, and no more of it when it is gone', async (t) => {
    const bench = await openBench(t, options);
    const { projectId } = bench.project;
    const before = await bench.engine.observeCapacity();
    assert.equal(before.projects.get(projectId)?.instances ?? 0, 0);
    const first = await bench.revision(1, options.images.good);
    await bench.engine.applyApp(bench.workload({ revisions: [first], traffic: first.revisionName }));
    await bench.until('ready', first.revisionName);
    const { cpuMillis, ephemeralStorageBytes, memoryBytes } = first;
    const { capacity, projects, used } = await bench.engine.observeCapacity();
    assert.deepEqual(projects.get(projectId), { instances: 1, cpuMillis, memoryBytes, ephemeralStorageBytes });
    assert.ok(used.memoryBytes >= memoryBytes && used.memoryBytes <= capacity.memoryBytes);
    await bench.engine.removeApp(bench.key);
    await poll(options, 'nothing is used any more', async () => {
      const seen = await bench.engine.observeCapacity();
      return (seen.projects.get(projectId)?.instances ?? 0) === 0 ? true : undefined;
    });
  });

  test('what the quota of its project has no room for waits, says so, and comes up when there is room', async (t) => {
    const bench = await openBench(t, options);
    const quota = { ...MANY, instances: 1 };
    await bench.engine.applyProject({ ...bench.project, quota });
    const first = await bench.revision(1, options.images.good);
    await bench.engine.applyApp(bench.workload({ revisions: [first], traffic: first.revisionName }));
    await bench.until('ready', first.revisionName);
    const key = { ...bench.key, appName: 'other' };
    const revision = { ...first, revisionName: 'other-00001' };
    await bench.engine.applyApp({ ...key, hosts: [`other-${bench.host}`], revisions: [revision], traffic: [] });
    const look = async () => (await bench.engine.observeApp(key))?.revisions[0];
    const waiting = await poll(options, 'the other app waits', async () => {
      const seen = await look();
      return seen?.fault === 'no_capacity' ? seen : undefined;
    });
    assert.equal(waiting.state, 'deploying');
    assert.ok(waiting.message);
    assert.equal((await bench.engine.observeCapacity()).projects.get(bench.project.projectId)?.instances, 1);
    await untilAnswered(options, bench.host, first.revisionName);
    await bench.engine.removeApp(bench.key);
    const seen = await poll(options, 'the other app is ready', async () => {
      const next = await look();
      return next?.state === 'ready' ? next : undefined;
    });
    assert.equal(seen.fault, undefined);
  });

  test('a quota that is raised lets in what waited for it, one that is lowered takes nothing away', async (t) => {
    const bench = await openBench(t, options);
    await bench.engine.applyProject({ ...bench.project, quota: { ...MANY, memoryBytes: 1 } });
    const first = await bench.revision(1, options.images.good);
    await bench.engine.applyApp(bench.workload({ revisions: [first], traffic: first.revisionName }));
    await poll(options, 'it waits', async () => {
      const seen = await bench.engine.observeApp(bench.key);
      return seen?.revisions[0]?.fault === 'no_capacity' ? true : undefined;
    });
    await bench.engine.applyProject({ ...bench.project, quota: MANY });
    await untilAnswered(options, bench.host, first.revisionName);
    await bench.engine.applyProject({ ...bench.project, quota: { ...MANY, memoryBytes: 1 } });
    await untilAnswered(options, bench.host, first.revisionName);
  });
}
