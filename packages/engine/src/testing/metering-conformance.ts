/** The part of the engine's conformance suite that is about numbers: what is metered, and how revisions are doing. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Engine } from '../engine.ts';
import type { AppObservation, RevisionState } from '../observation.ts';
import type { AppKey, AppWorkload, ProjectWorkload, RevisionWorkload } from '../workload.ts';

export interface MeteringBench {
  readonly engine: Engine;
  readonly project: ProjectWorkload;
  readonly key: AppKey;
  /** One that listens. */
  readonly image: string;
  workload(change: { readonly revisions: readonly RevisionWorkload[]; readonly traffic?: string }): AppWorkload;
  revision(number: number, image: string): Promise<RevisionWorkload>;
  until(state: RevisionState, revisionName: string): Promise<AppObservation>;
  /** Resolves when a request to the app is answered so. */
  answered(body: string): Promise<void>;
  poll<Value>(what: string, look: () => Promise<Value | undefined>): Promise<Value>;
}

export function meteringTests(open: (t: TestContext) => Promise<MeteringBench>): void {
  test('observeMetrics() tells instances and requests of a revision', async (t) => {
    const bench = await open(t);
    const first = await bench.revision(1, bench.image);
    await bench.engine.applyApp(bench.workload({ revisions: [first], traffic: first.revisionName }));
    await bench.until('ready', first.revisionName);
    await bench.answered(first.revisionName);
    const seen = await bench.poll('a request is counted', async () => {
      const all = await bench.engine.observeMetrics();
      return all.find((one) => one.projectId === bench.key.projectId && one.requestsTotal > 0);
    });
    assert.deepEqual([seen.appName, seen.revisionName], [bench.key.appName, first.revisionName]);
    assert.deepEqual([seen.instancesDesired, seen.instancesRequested, seen.instancesReady], [1, 1, 1]);
    assert.deepEqual([seen.instancesPending, seen.instancesNotReady, seen.instancesTerminating], [0, 0, 0]);
    assert.ok(seen.concurrencyTarget > 0);
    await bench.engine.removeApp(bench.key);
    const left = await bench.engine.observeMetrics();
    assert.deepEqual(
      left.filter((one) => one.projectId === bench.key.projectId),
      [],
    );
  });

  test('observeRuns() tells an instance with its size while it is there, and its end until it is forgotten', async (t) => {
    const bench = await open(t);
    const first = await bench.revision(1, bench.image);
    await bench.engine.applyApp(bench.workload({ revisions: [first] }));
    await bench.until('ready', first.revisionName);
    const ofProject = async () =>
      (await bench.engine.observeRuns()).filter((run) => run.projectId === bench.project.projectId);
    const [run, ...others] = await ofProject();
    assert.deepEqual(others, []);
    assert.equal(run?.revisionName, first.revisionName);
    assert.deepEqual([run?.cpuMillis, run?.memoryBytes], [first.cpuMillis, first.memoryBytes]);
    assert.equal(run?.endedAt, undefined);
    await bench.engine.removeApp(bench.key);
    const ended = await bench.poll('the end of the run', async () =>
      (await ofProject()).find((seen) => seen.endedAt !== undefined),
    );
    assert.equal(ended.runId, run?.runId);
    assert.ok(Date.parse(ended.startedAt) <= Date.parse(ended.endedAt ?? ''));
    await bench.engine.forgetRuns([ended]);
    assert.deepEqual(await ofProject(), []);
  });
}
