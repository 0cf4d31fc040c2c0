/**
 * The contract of `Engine` as tests. Every engine passes them: the fake in memory, the host engine over real programs.
 * Each test has its own project and leaves nothing behind; waiting is polling with a bound, never sleeping for luck.
 *
 * The images it needs: `good` listens on $PORT, prints one line when it does, and answers every request with the value
 * of $K_REVISION; `exitsWith3` ends with code 3 at once; `neverListens` runs without listening; `missing` does not
 * exist.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { suite, test } from 'node:test';
import { collect, openBench, poll, untilAnswered, type EngineConformanceOptions } from './conformance-bench.ts';
import { certificateTests } from './conformance-certificates.ts';
import { capacityTests } from './conformance-capacity.ts';
import { meshTests } from './conformance-mesh.ts';
import { trafficTests } from './conformance-traffic.ts';
import type { Engine } from './engine.ts';
import { EngineFault } from './engine-fault.ts';
import type { AppObservation, EngineSignal, LogEntry } from './observation.ts';
import { meteringTests } from './testing/metering-conformance.ts';

export function describeEngineConformance(options: EngineConformanceOptions): void {
  suite(`Engine: ${options.name}`, () => {
    imageTests(options);
    rolloutTests(options);
    trafficTests(options);
    meshTests(options);
    volumeTests(options);
    observationTests(options);
    meteringTests(async (t) => {
      const bench = await openBench(t, options);
      return {
        ...bench,
        image: options.images.good,
        answered: (body) => untilAnswered(options, bench.host, body),
        poll: (what, look) => poll(options, what, look),
      };
    });
    lifeTests(options);
    capacityTests(options);
    certificateTests(options);
  });
}

function imageTests(options: EngineConformanceOptions): void {
  test('resolveImage() pins a reference to its digest, and gives the same for the pinned one', async (t) => {
    const { engine, project } = await openBench(t, options);
    const image = await engine.resolveImage(options.images.good, { projectId: project.projectId });
    assert.match(image.digest, /^sha256:[0-9a-f]{64}$/);
    assert.ok(image.reference.endsWith(`@${image.digest}`));
    const again = await engine.resolveImage(image.reference, { projectId: project.projectId });
    assert.equal(again.digest, image.digest);
  });

  test('resolveImage() says that an image does not exist', async (t) => {
    const { engine, project } = await openBench(t, options);
    await assert.rejects(engine.resolveImage(options.images.missing, { projectId: project.projectId }), (error) => {
      assert.ok(error instanceof EngineFault);
      assert.equal(error.code, 'image_not_found');
      return true;
    });
  });
}

function rolloutTests(options: EngineConformanceOptions): void {
  test('applyApp() brings a new revision up, and requests with its host reach it', async (t) => {
    const bench = await openBench(t, options);
    const first = await bench.revision(1, options.images.good);
    await bench.engine.applyApp(bench.workload({ revisions: [first] }));
    await bench.until('ready', first.revisionName);
    await bench.engine.applyApp(bench.workload({ revisions: [first], traffic: first.revisionName }));
    await untilAnswered(options, bench.host, first.revisionName);
  });

  test('applyApp() twice with the same value starts nothing twice', async (t) => {
    const bench = await openBench(t, options);
    const first = await bench.revision(1, options.images.good);
    const workload = bench.workload({ revisions: [first], traffic: first.revisionName });
    await bench.engine.applyApp(workload);
    const before = await bench.until('ready', first.revisionName);
    await bench.engine.applyApp(structuredClone(workload));
    await untilAnswered(options, bench.host, first.revisionName);
    const after = await bench.engine.observeApp(bench.key);
    const names = (seen: AppObservation | undefined) => seen?.instances.map((instance) => instance.instanceName);
    assert.deepEqual(names(after), names(before));
  });

  test('a program that ends makes its revision fail with its exit code, and the old one keeps answering', async (t) => {
    const bench = await openBench(t, options);
    const first = await bench.revision(1, options.images.good);
    await bench.engine.applyApp(bench.workload({ revisions: [first], traffic: first.revisionName }));
    await bench.until('ready', first.revisionName);
    const second = await bench.revision(2, options.images.exitsWith3);
    await bench.engine.applyApp(bench.workload({ revisions: [first, second], traffic: first.revisionName }));
    const seen = await bench.until('failed', second.revisionName);
    const failed = seen.revisions.find((revision) => revision.revisionName === second.revisionName);
    assert.equal(failed?.fault, 'exited');
    assert.equal(failed?.exitCode, 3);
    assert.ok(failed?.message);
    await untilAnswered(options, bench.host, first.revisionName);
  });

  test('a program that never listens makes its revision fail, and requests get an answer instead of a hang', async (t) => {
    const bench = await openBench(t, options);
    const first = await bench.revision(1, options.images.neverListens);
    await bench.engine.applyApp(bench.workload({ revisions: [first] }));
    const seen = await bench.until('failed', first.revisionName);
    assert.equal(seen.revisions[0]?.fault, 'never_listened');
    const response = await options.request(bench.host);
    assert.equal(response.status, 503);
  });

  test('traffic flips from one ready revision to the next', async (t) => {
    const bench = await openBench(t, options);
    const first = await bench.revision(1, options.images.good);
    await bench.engine.applyApp(bench.workload({ revisions: [first], traffic: first.revisionName }));
    await bench.until('ready', first.revisionName);
    const second = { ...(await bench.revision(2, options.images.good)), cpuMillis: 1000 };
    await bench.engine.applyApp(bench.workload({ revisions: [first, second], traffic: first.revisionName }));
    await bench.until('ready', second.revisionName);
    await untilAnswered(options, bench.host, first.revisionName);
    await bench.engine.applyApp(bench.workload({ revisions: [second], traffic: second.revisionName }));
    const told = await bench.engine.observeApp(bench.key);
    // Who is not waited for has the very next request.
    if (told?.awaited === undefined)
      assert.equal(await (await options.request(bench.host)).text(), second.revisionName);
    await untilAnswered(options, bench.host, second.revisionName);
    const seen = await bench.engine.observeApp(bench.key);
    assert.deepEqual(
      seen?.revisions.map((revision) => revision.revisionName),
      [second.revisionName],
    );
  });
}

function volumeTests(options: EngineConformanceOptions): void {
  test('applyProject() changes the files that a running instance sees', async (t) => {
    const bench = await openBench(t, options);
    const { engine, host, key, project } = bench;
    const settings = '/file?path=/etc/settings';
    const volumeName = 'config map "settings"';
    await engine.applyProject({ ...project, volumes: [{ volumeName, files: { colour: 'blue', size: 'large' } }] });
    const mounts = [{ volumeName, path: '/etc/settings' }];
    const first = { ...(await bench.revision(1, options.images.good)), mounts };
    await engine.applyApp(bench.workload({ revisions: [first], traffic: first.revisionName }));
    const before = await bench.until('ready', first.revisionName);
    await untilAnswered(options, host, 'large', `${settings}/size`);
    await engine.applyProject({ ...project, volumes: [{ volumeName, files: { colour: 'red' } }] });
    await untilAnswered(options, host, 'red', `${settings}/colour`);
    await untilAnswered(options, host, 'no such file', `${settings}/size`);
    await engine.applyProject(project);
    await untilAnswered(options, host, 'red', `${settings}/colour`);
    const after = await engine.observeApp(key);
    assert.equal(after?.instances[0]?.instanceName, before.instances[0]?.instanceName);
  });

  test('a revision that mounts what is not there fails, and says so', async (t) => {
    const bench = await openBench(t, options);
    const mounts = [{ volumeName: 'secret "none"', path: '/etc/none' }];
    const first = { ...(await bench.revision(1, options.images.good)), mounts };
    await bench.engine.applyApp(bench.workload({ revisions: [first] }));
    const seen = await bench.until('failed', first.revisionName);
    assert.equal(seen.revisions[0]?.fault, 'mount_missing');
  });
}

function observationTests(options: EngineConformanceOptions): void {
  test('observeApp() knows nothing of an app that was never applied', async (t) => {
    const bench = await openBench(t, options);
    assert.equal(await bench.engine.observeApp(bench.key), undefined);
  });

  test('observeApp() shows the instances with their revision, times and readiness', async (t) => {
    const bench = await openBench(t, options);
    const first = await bench.revision(1, options.images.good);
    await bench.engine.applyApp(bench.workload({ revisions: [first] }));
    const seen = await bench.until('ready', first.revisionName);
    const instance = seen.instances.find((candidate) => candidate.ready);
    assert.equal(instance?.revisionName, first.revisionName);
    assert.equal(instance?.state, 'running');
    assert.ok(!Number.isNaN(Date.parse(instance?.createdAt ?? '')));
    assert.equal(seen.revisions[0]?.instancesReady, 1);
  });

  test('watch() signals a change of the app, and ends when aborted', async (t) => {
    const bench = await openBench(t, options);
    const stop = new AbortController();
    const signals: EngineSignal[] = [];
    const watching = (async () => {
      for await (const signal of bench.engine.watch(stop.signal)) signals.push(signal);
    })();
    const first = await bench.revision(1, options.images.good);
    await bench.engine.applyApp(bench.workload({ revisions: [first] }));
    await bench.until('ready', first.revisionName);
    await poll(options, 'a changed signal', () =>
      signals.find((signal) => signal.type === 'changed' && signal.app.projectId === bench.key.projectId),
    );
    stop.abort();
    await watching;
  });

  test('readLogs() gives the lines of an instance that is gone, and only the last ones with tail', async (t) => {
    const bench = await openBench(t, options);
    const signal = new AbortController().signal;
    const first = await bench.revision(1, options.images.good);
    await bench.engine.applyApp(bench.workload({ revisions: [first] }));
    await bench.until('ready', first.revisionName);
    const all = await poll(options, 'a log line', async () => {
      const lines = await collect(bench.engine.readLogs(bench.key, signal));
      return lines.length > 0 ? lines : undefined;
    });
    await bench.engine.removeApp(bench.key);
    const after = await collect(bench.engine.readLogs(bench.key, signal));
    assert.deepEqual(
      after.slice(0, all.length).map((line) => line.text),
      all.map((line) => line.text),
    );
    assert.equal((await collect(bench.engine.readLogs({ ...bench.key, tail: 1 }, signal))).length, 1);
    assert.equal((await collect(bench.engine.readLogs({ ...bench.key, tail: 0 }, signal))).length, 0);
  });

  test('readLogs() with follow gives what comes later, and ends when aborted', async (t) => {
    const bench = await openBench(t, options);
    const stop = new AbortController();
    const lines: LogEntry[] = [];
    const reading = (async () => {
      for await (const line of bench.engine.readLogs({ ...bench.key, follow: true }, stop.signal)) lines.push(line);
    })();
    const first = await bench.revision(1, options.images.good);
    await bench.engine.applyApp(bench.workload({ revisions: [first] }));
    await poll(options, 'a followed line', () => lines[0]);
    stop.abort();
    await reading;
  });
}

function lifeTests(options: EngineConformanceOptions): void {
  test('removeApp() ends the app: no host, no observation; a second time is no error', async (t) => {
    const bench = await openBench(t, options);
    const first = await bench.revision(1, options.images.good);
    await bench.engine.applyApp(bench.workload({ revisions: [first], traffic: first.revisionName }));
    await bench.until('ready', first.revisionName);
    await bench.engine.removeApp(bench.key);
    await bench.engine.removeApp(bench.key);
    assert.equal((await options.request(bench.host)).status, 404);
    await poll(options, 'the app is forgotten', async () =>
      (await bench.engine.observeApp(bench.key)) ? undefined : true,
    );
  });

  test('removeProject() of a project that does not exist is no error', async (t) => {
    const bench = await openBench(t, options);
    await bench.engine.removeProject(randomUUID());
  });

  test('stop() leaves a ready app answering, and start() with it declared adopts its instances', async (t) => {
    const bench = await openBench(t, options);
    const first = await bench.revision(1, options.images.good);
    const workload = bench.workload({ revisions: [first], traffic: first.revisionName });
    await bench.engine.applyApp(workload);
    const before = await bench.until('ready', first.revisionName);
    const runIds = async (engine: Engine) =>
      (await engine.observeRuns()).flatMap((run) => (run.projectId === bench.project.projectId ? run.runId : []));
    const runsBefore = await runIds(bench.engine);
    assert.equal(runsBefore.length, 1);
    await bench.engine.stop();
    await untilAnswered(options, bench.host, first.revisionName);

    const next = await options.createEngine();
    await next.start({ projects: [bench.project], apps: [workload] });
    t.after(() => next.stop());
    await untilAnswered(options, bench.host, first.revisionName);
    const after = await next.observeApp(bench.key);
    const living = (seen: AppObservation | undefined) =>
      seen?.instances.filter((instance) => instance.state === 'running').map((instance) => instance.instanceName);
    assert.deepEqual(living(after), living(before));
    assert.deepEqual(await runIds(next), runsBefore);
    await next.removeProject(bench.project.projectId);
    await next.stop();
    await bench.engine.start({ projects: [], apps: [] });
  });

  test('start() removes what is not declared any more', async (t) => {
    const bench = await openBench(t, options);
    const first = await bench.revision(1, options.images.good);
    await bench.engine.applyApp(bench.workload({ revisions: [first], traffic: first.revisionName }));
    await bench.until('ready', first.revisionName);
    await bench.engine.stop();
    await bench.engine.start({ projects: [bench.project], apps: [] });
    await poll(options, 'the undeclared app is gone', async () =>
      (await options.request(bench.host)).status === 404 ? true : undefined,
    );
  });
}
