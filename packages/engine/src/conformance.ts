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
import { suite, test, type TestContext } from 'node:test';
import type { Engine } from './engine.ts';
import { EngineFault } from './engine-fault.ts';
import type { Resources } from './admission.ts';
import type { AppObservation, EngineSignal, LogEntry, RevisionState } from './observation.ts';
import type { AppKey, AppWorkload, ProjectWorkload, RevisionWorkload } from './workload.ts';

export interface EngineConformanceOptions {
  readonly name: string;
  /** A new engine over always the same machine, as after a restart of the daemon. Not started. */
  createEngine(): Promise<Engine> | Engine;
  readonly images: {
    readonly good: string;
    readonly exitsWith3: string;
    readonly neverListens: string;
    readonly missing: string;
  };
  /** A request as a client sends it: the host name decides the app. */
  request(host: string): Promise<Response> | Response;
  /** How long a state may take to come; real instances need seconds. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS_DEFAULT = 20_000;
const POLL_MS = 20;
const MANY: Resources = { instances: 9, cpuMillis: 1e5, memoryBytes: 1e11, ephemeralStorageBytes: 1e11 };

export function describeEngineConformance(options: EngineConformanceOptions): void {
  suite(`Engine: ${options.name}`, () => {
    imageTests(options);
    rolloutTests(options);
    observationTests(options);
    lifeTests(options);
    capacityTests(options);
  });
}

interface Bench {
  readonly engine: Engine;
  readonly project: ProjectWorkload;
  readonly key: AppKey;
  /** The app's host name. */
  readonly host: string;
  workload(change: WorkloadChange): AppWorkload;
  revision(number: number, image: string): Promise<RevisionWorkload>;
  until(state: RevisionState, revisionName: string): Promise<AppObservation>;
}

interface WorkloadChange {
  readonly revisions: readonly RevisionWorkload[];
  /** Revision that gets all requests; none when undefined. */
  readonly traffic?: string;
}

async function openBench(t: TestContext, options: EngineConformanceOptions): Promise<Bench> {
  const engine = await options.createEngine();
  const id = randomUUID();
  const project = { projectId: id, subdomain: `c${id.slice(0, 7)}` };
  const key = { projectId: id, appName: 'web' };
  await engine.start({ projects: [], apps: [] });
  t.after(async () => {
    await engine.removeProject(id);
    await engine.stop();
  });
  await engine.applyProject(project);
  const host = `web.${project.subdomain}.localhost`;
  return {
    engine,
    project,
    key,
    host,
    workload: ({ revisions, traffic }) => ({
      ...key,
      hosts: [host],
      revisions,
      traffic: traffic === undefined ? [] : [{ revisionName: traffic, percent: 100 }],
    }),
    async revision(number, image) {
      const { reference } = await engine.resolveImage(image, { projectId: id });
      return revisionFor(`web-0000${number}`, reference);
    },
    until: (state, revisionName) =>
      poll(options, `revision ${revisionName} ${state}`, async () => {
        const seen = await engine.observeApp(key);
        const revision = seen?.revisions.find((candidate) => candidate.revisionName === revisionName);
        return revision?.state === state ? seen : undefined;
      }),
  };
}

function revisionFor(revisionName: string, imageReference: string): RevisionWorkload {
  return {
    revisionName,
    imageReference,
    port: 8080,
    command: [],
    arguments: [],
    environment: { K_REVISION: revisionName, PORT: '8080' },
    cpuMillis: 125,
    memoryBytes: 250e6,
    ephemeralStorageBytes: 400e6,
    readiness: {
      type: 'tcp',
      path: '/',
      port: 0,
      intervalMs: 1000,
      timeoutMs: 1000,
      initialDelayMs: 0,
      failureThreshold: 1,
    },
    scale: {
      instancesMin: 1,
      instancesMax: 2,
      instancesInitial: 1,
      concurrencyMax: 100,
      concurrencyTarget: 0,
      scaleDownDelayMs: 0,
      requestTimeoutMs: 10_000,
    },
  };
}

async function poll<Value>(
  options: EngineConformanceOptions,
  what: string,
  look: () => Promise<Value | undefined> | Value | undefined,
): Promise<Value> {
  const deadline = Date.now() + (options.deadlineMs ?? DEADLINE_MS_DEFAULT);
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (Date.now() > deadline) assert.fail(`Waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function untilAnswered(options: EngineConformanceOptions, host: string, body: string): Promise<void> {
  await poll(options, `${host} answers ${body}`, async () => {
    const response = await options.request(host);
    return response.status === 200 && (await response.text()) === body ? true : undefined;
  });
}

async function collect(lines: AsyncIterable<LogEntry>): Promise<readonly LogEntry[]> {
  const all: LogEntry[] = [];
  for await (const line of lines) all.push(line);
  return all;
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
    const second = { ...(await bench.revision(2, options.images.good)), cpuMillis: 250 };
    await bench.engine.applyApp(bench.workload({ revisions: [first, second], traffic: first.revisionName }));
    await bench.until('ready', second.revisionName);
    await untilAnswered(options, bench.host, first.revisionName);
    await bench.engine.applyApp(bench.workload({ revisions: [second], traffic: second.revisionName }));
    await untilAnswered(options, bench.host, second.revisionName);
    const seen = await bench.engine.observeApp(bench.key);
    assert.deepEqual(
      seen?.revisions.map((revision) => revision.revisionName),
      [second.revisionName],
    );
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

function capacityTests(options: EngineConformanceOptions): void {
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
