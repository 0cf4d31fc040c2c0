/**
 * What outlives a fake engine: images, apps with their instances, logs. An engine that stops leaves it as it is, and
 * another one adopts it, as on a real machine. Tests drive it from outside: crash, scale to zero, send a request.
 */
import { NOT_OBSERVED, type EdgesObservation } from './edge-metrics.ts';
import type { AppKey, AppWorkload, ProjectWorkload, RevisionWorkload, VolumeWorkload } from './workload.ts';
import type {
  AppObservation,
  CapacityObservation,
  EngineEvent,
  EngineSignal,
  InstanceObservation,
  LogEntry,
  RevisionFault,
  RevisionMetrics,
} from './observation.ts';
import {
  answersTo,
  messageFor,
  metricsOf,
  observeRevision,
  outdatedInstances,
  revisionInTurn,
  type FakeApp,
  type FakeRevision,
} from './fake-app.ts';
import type { Capacity } from './admission.ts';
import { FakeCapacity, type FakeUse } from './fake-capacity.ts';
import { FakeCertificates } from './fake-certificates.ts';
import { FakeImages } from './fake-images.ts';
import { RunLedger, type InstanceRun } from './instance-run.ts';
import { createSystemClock, type TestClock } from './manual-clock.ts';
import { ReplayFeed } from './replay-feed.ts';

export interface FakeMachineOptions {
  readonly clock?: TestClock;
  /** Time from wanting an instance to seeing it ready, or fail. */
  readonly startDelayMs?: number;
  /** What its instances may have together; the default is more than any test takes. */
  readonly capacity?: Capacity;
}

const ENDED_INSTANCES_MAX = 10;

export class FakeMachine {
  readonly images = new FakeImages();
  /** As they were applied last. */
  readonly projects = new Map<string, ProjectWorkload>();
  readonly runs = new RunLedger<InstanceRun>();
  readonly certificates = new FakeCertificates();
  /** What tests say was observed of requests. */
  edges: EdgesObservation = NOT_OBSERVED;
  readonly signals = new ReplayFeed<EngineSignal>();
  readonly #apps = new Map<string, FakeApp>();
  /** What the files of a volume were last: instances go on seeing them when the volume is gone. */
  readonly #files = new Map<string, VolumeWorkload['files']>();
  readonly #logs = new Map<string, ReplayFeed<LogEntry>>();
  readonly #clock: TestClock;
  readonly #startDelayMs: number;
  readonly #capacity: FakeCapacity;
  /** What comes up when there is room, oldest first. */
  #waiting: readonly (() => boolean)[] = [];
  #instanceCount = 0;

  constructor(options: FakeMachineOptions = {}) {
    this.#clock = options.clock ?? createSystemClock();
    this.#startDelayMs = options.startDelayMs ?? 1;
    this.#capacity = new FakeCapacity(options.capacity);
  }

  appKeys(): readonly AppKey[] {
    return [...this.#apps.values()].map(({ workload: { projectId, appName } }) => ({ projectId, appName }));
  }

  /** The wanted state as it was applied last; undefined when the app does not exist. */
  workload(app: AppKey): AppWorkload | undefined {
    return this.#apps.get(idOf(app))?.workload;
  }

  applyProject(project: ProjectWorkload): void {
    this.projects.set(project.projectId, project);
    for (const { volumeName, files } of project.volumes ?? []) {
      this.#files.set(`${project.projectId}/${volumeName}`, files);
    }
    if (project.quota) this.#capacity.quotas.set(project.projectId, project.quota);
    else this.#capacity.quotas.delete(project.projectId);
    this.#admitWaiting();
    this.certificates.set(project.projectId, project.certificates ?? []);
  }

  apply(workload: AppWorkload): void {
    const app = this.#apps.get(idOf(workload)) ?? { workload, revisions: new Map(), requests: 0, instances: [] };
    this.#apps.set(idOf(workload), app);
    app.workload = workload;
    const wanted = new Set(workload.revisions.map((revision) => revision.revisionName));
    for (const name of app.revisions.keys()) if (!wanted.has(name)) this.#retire(app, name);
    for (const revision of workload.revisions) {
      if (!app.revisions.has(revision.revisionName)) this.#launch(app, revision);
    }
    for (const outdated of outdatedInstances(app)) this.#replace(app, outdated);
  }

  #replace(app: FakeApp, { instanceName, revisionName }: InstanceObservation): void {
    const revision = app.revisions.get(revisionName);
    const isOld = (one: InstanceObservation) => one.instanceName === instanceName;
    if (revision) this.#comeUp(app, revision, 1);
    this.#endInstances(app, isOld, { state: 'succeeded', reason: 'restarted' });
    this.#signalChange(app.workload);
  }

  /** What the program of a revision answers from now on. */
  answerWith(key: AppKey, revisionName: string, status: number): void {
    const revision = this.#require(key).revisions.get(revisionName);
    if (revision) revision.status = status;
  }

  remove(key: AppKey): void {
    const app = this.#apps.get(idOf(key));
    if (!app) return;
    for (const name of app.revisions.keys()) this.#retire(app, name);
    this.#apps.delete(idOf(key));
  }

  removeProject(projectId: string): void {
    for (const key of this.appKeys()) if (key.projectId === projectId) this.remove(key);
    for (const id of this.#files.keys()) if (id.startsWith(`${projectId}/`)) this.#files.delete(id);
    for (const id of this.#logs.keys()) if (id.startsWith(`${projectId}/`)) this.#logs.delete(id);
    this.projects.delete(projectId);
    this.#capacity.quotas.delete(projectId);
    this.certificates.remove(projectId);
  }

  observe(key: AppKey): AppObservation | undefined {
    const app = this.#apps.get(idOf(key));
    if (!app) return undefined;
    const revisions = [...app.revisions.values()].map((revision) => observeRevision(app, revision));
    return { projectId: key.projectId, appName: key.appName, revisions, instances: app.instances };
  }

  observeMetrics(): readonly RevisionMetrics[] {
    return [...this.#apps.values()].flatMap((app) =>
      [...app.revisions.values()].map((revision) => metricsOf(app, revision)),
    );
  }

  logs(key: AppKey): ReplayFeed<LogEntry> {
    const feed = this.#logs.get(idOf(key)) ?? new ReplayFeed<LogEntry>();
    this.#logs.set(idOf(key), feed);
    return feed;
  }

  /** Ends the instances of every ready revision, as the scaler does after a while without traffic. */
  scaleToZero(key: AppKey): void {
    const app = this.#require(key);
    for (const [name, revision] of app.revisions) {
      if (revision.state !== 'ready') continue;
      revision.state = 'idle';
      this.#endInstances(app, name, { state: 'succeeded', reason: 'scaled_down' });
    }
    this.#signalChange(app.workload);
  }

  /** Makes every instance of a revision end with a code and stay down. */
  crash(key: AppKey, revisionName: string, exitCode: number): void {
    const app = this.#require(key);
    const revision = app.revisions.get(revisionName);
    if (revision) this.#fail(app, revision, { fault: 'exited', exitCode });
  }

  /** What a client of the app sees. The body is the revision that answered, or the file that `/file?path=` names. */
  request(host: string, target = '/'): Response {
    const app = [...this.#apps.values()].find((candidate) => answersTo(candidate, host));
    if (!app) return new Response('no such host', { status: 404 });
    const revision = revisionInTurn(app, host);
    if (!revision || revision.state === 'failed' || revision.state === 'deploying') {
      return new Response('no revision is ready', { status: 503 });
    }
    if (revision.state === 'idle' && !this.#comeUpWithRoom(app, revision, 1)) {
      return new Response(revision.message ?? '', { status: 503 });
    }
    revision.requestsTotal += 1;
    if (revision.status >= 500) revision.serverErrorsTotal += 1;
    const path = /^\/file\?path=(.*)$/.exec(target)?.[1];
    if (path === undefined) return new Response(revision.workload.revisionName, { status: revision.status });
    return new Response(this.#readFile(app, revision.workload, path), { status: 200 });
  }

  #readFile(app: FakeApp, revision: RevisionWorkload, path: string): string {
    const at = path.lastIndexOf('/');
    const mount = revision.mounts?.find((candidate) => candidate.path === path.slice(0, at));
    const files = mount && this.#files.get(`${app.workload.projectId}/${mount.volumeName}`);
    return files?.[path.slice(at + 1)] ?? 'no such file';
  }

  #require(key: AppKey): FakeApp {
    const app = this.#apps.get(idOf(key));
    if (!app) throw new TypeError(`The fake machine runs no app "${key.appName}"`);
    return app;
  }

  #launch(app: FakeApp, workload: RevisionWorkload): void {
    const cancelStart = this.#clock.after(this.#startDelayMs, () => {
      const behaviour = this.images.behaviour(workload.imageReference);
      const { scale } = workload;
      const volumes = this.projects.get(app.workload.projectId)?.volumes ?? [];
      const isThere = (name: string) => volumes.some((volume) => volume.volumeName === name);
      const missing = workload.mounts?.find((mount) => !isThere(mount.volumeName));
      if (!behaviour) this.#fail(app, revision, { fault: 'image_not_found' });
      else if (missing) this.#fail(app, revision, { fault: 'mount_missing' });
      else if (behaviour.type === 'exits') this.#fail(app, revision, { fault: 'exited', exitCode: behaviour.exitCode });
      else if (behaviour.type === 'never_listens') this.#fail(app, revision, { fault: 'never_listened' });
      else this.#comeUpWithRoom(app, revision, Math.max(scale.instancesInitial, scale.instancesMin));
    });
    const revision: FakeRevision = {
      workload,
      cancelStart,
      state: 'deploying',
      requestsTotal: 0,
      serverErrorsTotal: 0,
      status: 200,
    };
    app.revisions.set(workload.revisionName, revision);
    this.#signalEvent(app, { reason: 'Scheduled', message: `Starting revision "${workload.revisionName}"` });
    this.#signalChange(app.workload);
  }

  /** False when it waits for room. */
  #comeUpWithRoom(app: FakeApp, revision: FakeRevision, count: number): boolean {
    const isWanted = () => app.revisions.get(revision.workload.revisionName) === revision;
    const tryNow = (): boolean => {
      if (!isWanted()) return true;
      const { projectId } = app.workload;
      const refusal = this.#capacity.refusal({ projectId, workload: revision.workload, count }, this.#uses());
      if (refusal !== undefined) {
        revision.fault = 'no_capacity';
        revision.message = refusal;
        return false;
      }
      delete revision.fault;
      delete revision.message;
      this.#comeUp(app, revision, count);
      return true;
    };
    const isUp = tryNow();
    if (!isUp) {
      this.#waiting = [...this.#waiting, tryNow];
      this.#signalChange(app.workload);
    }
    return isUp;
  }

  /** Lets in who waits, after something has left or a quota was changed. */
  #admitWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const left = waiting.filter((tryNow) => !tryNow());
    this.#waiting = [...left, ...this.#waiting];
  }

  #uses(): readonly FakeUse[] {
    return [...this.#apps.values()].flatMap(({ instances, revisions, workload: { projectId } }) =>
      [...revisions.values()].map(({ workload }) => {
        const isRunning = (one: InstanceObservation) =>
          one.revisionName === workload.revisionName && one.state === 'running';
        return { projectId, workload, count: instances.filter(isRunning).length };
      }),
    );
  }

  observeCapacity(): CapacityObservation {
    return this.#capacity.observe(this.#uses(), this.#waiting.length);
  }

  #comeUp(app: FakeApp, revision: FakeRevision, count: number): void {
    const at = this.#clock.now().toISOString();
    const { revisionName, port } = revision.workload;
    for (let index = 0; index < count; index += 1) {
      const instanceName = this.#nextInstanceName(revisionName);
      this.#beginRun(app, revision, instanceName);
      const times = { createdAt: at, startedAt: at, restarts: 0 };
      app.instances = [...app.instances, { instanceName, revisionName, state: 'running', ready: true, ...times }];
      this.logs(app.workload).push({ at, instanceName, stream: 'stdout', text: `listening on ${port}` });
    }
    revision.state = 'ready';
    this.#signalEvent(app, { reason: 'Ready', message: `Revision "${revisionName}" takes requests`, revisionName });
    this.#signalChange(app.workload);
  }

  #fail(
    app: FakeApp,
    revision: FakeRevision,
    failure: { readonly fault: RevisionFault; readonly exitCode?: number },
  ): void {
    const at = this.#clock.now().toISOString();
    const { revisionName } = revision.workload;
    const instanceName = this.#nextInstanceName(revisionName);
    this.#beginRun(app, revision, instanceName);
    this.runs.end(runIdOf(app, instanceName), at);
    const ending = failure.exitCode === undefined ? {} : { exitCode: failure.exitCode };
    this.#endInstances(app, revisionName, { state: 'failed', reason: 'exit_code', ...ending });
    const times = { createdAt: at, startedAt: at, completedAt: at, restarts: 1 };
    const ended = { instanceName, revisionName, state: 'failed', ready: false, reason: 'exit_code', ...times } as const;
    app.instances = [...app.instances, { ...ended, ...ending }];
    this.logs(app.workload).push({ at, instanceName, stream: 'stderr', text: `ending: ${failure.fault}` });
    revision.state = 'failed';
    revision.fault = failure.fault;
    if (failure.exitCode !== undefined) revision.exitCode = failure.exitCode;
    revision.message = messageFor(failure.fault, failure.exitCode);
    this.#signalEvent(app, { reason: 'BackOff', message: revision.message, revisionName, severity: 'warning' });
    this.#signalChange(app.workload);
  }

  #retire(app: FakeApp, revisionName: string): void {
    app.revisions.get(revisionName)?.cancelStart();
    app.revisions.delete(revisionName);
    this.#endInstances(app, revisionName, { state: 'succeeded', reason: 'revision_removed' });
    this.#signalChange(app.workload);
  }

  #endInstances(
    app: FakeApp,
    ofRevision: string | ((instance: InstanceObservation) => boolean),
    ending: Partial<InstanceObservation>,
  ): void {
    const completedAt = this.#clock.now().toISOString();
    const isMeant = typeof ofRevision === 'string' ? isOf(ofRevision) : ofRevision;
    const isLeaving = (instance: InstanceObservation) => isMeant(instance) && instance.state === 'running';
    const leaving = app.instances.filter(isLeaving);
    for (const { instanceName } of leaving) this.runs.end(runIdOf(app, instanceName), completedAt);
    const all = app.instances.map((instance) =>
      leaving.includes(instance) ? { ...instance, ready: false, completedAt, ...ending } : instance,
    );
    const ended = all.filter((instance) => instance.completedAt !== undefined).slice(-ENDED_INSTANCES_MAX);
    app.instances = all.filter((instance) => instance.completedAt === undefined || ended.includes(instance));
    this.#admitWaiting();
  }

  #beginRun(app: FakeApp, { workload }: FakeRevision, instanceName: string): void {
    const { projectId, appName } = app.workload;
    const { revisionName, cpuMillis, memoryBytes } = workload;
    const startedAt = this.#clock.now().toISOString();
    const runId = runIdOf(app, instanceName);
    this.runs.begin({ runId, projectId, appName, revisionName, cpuMillis, memoryBytes, startedAt });
  }

  #nextInstanceName(revisionName: string): string {
    this.#instanceCount += 1;
    return `${revisionName}-${this.#instanceCount.toString(36).padStart(5, '0')}`;
  }

  #signalChange({ projectId, appName }: AppKey): void {
    this.signals.push({ type: 'changed', app: { projectId, appName } });
  }

  #signalEvent(app: FakeApp, event: Pick<EngineEvent, 'reason' | 'message'> & Partial<EngineEvent>): void {
    const { projectId, appName } = app.workload;
    const at = this.#clock.now().toISOString();
    this.signals.push({ type: 'event', event: { projectId, appName, at, severity: 'normal', ...event } });
  }
}

function runIdOf(app: FakeApp, instanceName: string): string {
  return `${app.workload.projectId}/${instanceName}`;
}

function idOf(key: AppKey): string {
  return `${key.projectId}/${key.appName}`;
}

function isOf(revisionName: string): (instance: InstanceObservation) => boolean {
  return (instance) => instance.revisionName === revisionName;
}
