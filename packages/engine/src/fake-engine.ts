/**
 * An engine in memory with the observable behaviour of a real one, for the tests of everything above the seam. It
 * passes the same conformance suite. The machine below it survives the engine, so a restart can be tested too.
 */
import type { Engine } from './engine.ts';
import { EngineFault } from './engine-fault.ts';
import { FakeMachine, type FakeMachineOptions } from './fake-machine.ts';
import type { EngineSignal, LogEntry, LogQuery } from './observation.ts';
import type { ProjectWorkload } from './workload.ts';

export interface FakeEngineOptions extends FakeMachineOptions {
  /** A machine that an earlier engine ran on; the default is a new one. */
  readonly machine?: FakeMachine;
}

export interface FakeEngine extends Engine {
  readonly machine: FakeMachine;
}

export function createFakeEngine(options: FakeEngineOptions = {}): FakeEngine {
  const machine = options.machine ?? new FakeMachine(options);
  let running = new AbortController();
  running.abort();

  function requireRunning(): void {
    if (running.signal.aborted) throw new EngineFault('engine_unavailable', 'The engine is not started');
  }

  return {
    kind: 'fake',
    machine,
    async start(declared) {
      running = new AbortController();
      for (const project of declared.projects) adoptProject(machine, project);
      for (const key of machine.appKeys()) {
        const kept = declared.apps.some((app) => app.projectId === key.projectId && app.appName === key.appName);
        if (!kept) machine.remove(key);
      }
      for (const app of declared.apps) machine.apply(app);
    },
    async stop() {
      running.abort();
    },
    async applyProject(project) {
      requireRunning();
      machine.applyProject(project);
    },
    async removeProject(projectId) {
      requireRunning();
      machine.removeProject(projectId);
    },
    async resolveImage(reference, { credentials }) {
      requireRunning();
      return machine.images.resolve(reference, credentials);
    },
    async applyApp(app) {
      requireRunning();
      if (!machine.projects.has(app.projectId)) {
        throw new EngineFault('project_unknown', `The project of app "${app.appName}" was not applied`);
      }
      machine.apply(app);
    },
    async removeApp(app) {
      requireRunning();
      machine.remove(app);
    },
    async observeApp(app) {
      return machine.observe(app);
    },
    async observeMetrics() {
      return machine.observeMetrics();
    },
    async observeEdges() {
      return machine.edges;
    },
    async observeRuns() {
      return machine.runs.observe();
    },
    async forgetRuns(runs) {
      machine.runs.forget(runs);
    },
    async observeCapacity() {
      return machine.observeCapacity();
    },
    watch: (signal) => watchMachine(machine, AbortSignal.any([signal, running.signal])),
    readLogs: (query, signal) => readFakeLogs(machine, query, signal),
  };
}

/** A certificate that cannot be served is its project's trouble alone. */
function adoptProject(machine: FakeMachine, project: ProjectWorkload): void {
  try {
    machine.applyProject(project);
  } catch (error) {
    if (!(error instanceof EngineFault) || error.code !== 'certificate_refused') throw error;
  }
}

function watchMachine(machine: FakeMachine, signal: AbortSignal): AsyncIterable<EngineSignal> {
  return machine.signals.walk(machine.signals.items.length, signal);
}

async function* readFakeLogs(machine: FakeMachine, query: LogQuery, signal: AbortSignal): AsyncGenerator<LogEntry> {
  const feed = machine.logs(query);
  const existing = feed.items.length;
  const matching = feed.items.slice(0, existing).filter((entry) => isAsked(query, entry));
  yield* query.tail === undefined ? matching : matching.slice(Math.max(0, matching.length - query.tail));
  if (!query.follow) return;
  for await (const entry of feed.walk(existing, signal)) if (isAsked(query, entry)) yield entry;
}

function isAsked(query: LogQuery, entry: LogEntry): boolean {
  if (query.instanceName !== undefined && entry.instanceName !== query.instanceName) return false;
  if (query.revisionName !== undefined && !entry.instanceName.startsWith(`${query.revisionName}-`)) return false;
  return query.since === undefined || Date.parse(entry.at) >= query.since.getTime();
}
