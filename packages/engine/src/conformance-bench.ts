/** What the tests of the engine's contract stand on: a project of their own, its app, and waiting with a bound. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { Engine } from './engine.ts';
import type { MeshWorkload } from './mesh.ts';
import type { AppObservation, LogEntry, RevisionState } from './observation.ts';
import type {
  AppKey,
  AppWorkload,
  ProjectWorkload,
  RestartOrder,
  RevisionWorkload,
  TaggedRoute,
  TrafficShare,
} from './workload.ts';

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
  /** The host name decides the app. To `/file?path=…` the good image answers what is in the file, or `no such file`. */
  request(host: string, target?: string): Promise<Response> | Response;
  /** Fingerprint (SHA-256) of the certificate that is shown to who asks for the host; undefined when none is. */
  certificateFor(host: string): Promise<string | undefined> | string | undefined;
  /** How long a state may take to come; real instances need seconds. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS_DEFAULT = 20_000;
const POLL_MS = 20;

export interface Bench {
  readonly engine: Engine;
  readonly project: ProjectWorkload;
  readonly key: AppKey;
  /** The app's host name. */
  readonly host: string;
  readonly goodImage: string;
  workload(change: WorkloadChange): AppWorkload;
  revision(number: number, image: string): Promise<RevisionWorkload>;
  until(state: RevisionState, revisionName: string): Promise<AppObservation>;
}

interface WorkloadChange {
  readonly revisions: readonly RevisionWorkload[];
  /** Revision that gets all requests, or shares; none when undefined. */
  readonly traffic?: string | readonly TrafficShare[];
  readonly tags?: readonly TaggedRoute[];
  readonly restart?: RestartOrder;
  readonly mesh?: MeshWorkload;
}

export async function openBench(t: TestContext, options: EngineConformanceOptions): Promise<Bench> {
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
    goodImage: options.images.good,
    workload: ({ traffic = [], ...change }) => ({
      ...key,
      ...change,
      hosts: [host],
      traffic: typeof traffic === 'string' ? [{ revisionName: traffic, percent: 100 }] : traffic,
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
    cpuMillis: 500,
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

export async function poll<Value>(
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

export async function untilAnswered(
  options: EngineConformanceOptions,
  host: string,
  body: string,
  target = '/',
): Promise<void> {
  await poll(options, `${host}${target} answers ${body}`, async () => {
    const response = await options.request(host, target);
    return response.status === 200 && (await response.text()) === body ? true : undefined;
  });
}

export async function collect(lines: AsyncIterable<LogEntry>): Promise<readonly LogEntry[]> {
  const all: LogEntry[] = [];
  for await (const line of lines) all.push(line);
  return all;
}
