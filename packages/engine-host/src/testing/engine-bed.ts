/** A host engine with real HAProxy on an ephemeral port and the process runtime, for tests; cleans up after itself. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestContext } from 'node:test';
import { inspect } from 'node:util';
import type { AppWorkload, Capacity, EngineEvent, RevisionWorkload, ScaleBounds } from '@slipway/engine';
import type { ImageStore, StoredImage } from '@slipway/images';
import type { HostEngineConfig } from '../host-engine-config.ts';
import { createHostEngine, type PurgeableEngine } from '../host-engine.ts';
import type { HostEngineParts } from '../host-engine-parts.ts';
import type { HostLog } from '../host-log.ts';
import { proxyPathsFor, type HttpsConfig } from '../proxy/haproxy-config.ts';
import { createProcessMachine, ProcessRuntime, type ProcessMachine } from './process-runtime.ts';

export interface BedOptions {
  /** Second and third part of the loopback addresses of this test. */
  readonly network: string;
  readonly slotCount?: number;
  readonly startDeadlineMs?: number;
  readonly capacity?: Capacity;
  readonly https?: (dir: string) => Promise<HttpsConfig>;
  readonly standbyMemoryBytes?: number;
  readonly observe?: HostEngineConfig['observe'];
  readonly parts?: Partial<HostEngineParts>;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface EngineBed {
  readonly engine: PurgeableEngine;
  readonly machine: ProcessMachine;
  readonly config: HostEngineConfig;
  readonly port: number;
  readonly log: readonly string[];
  readonly events: readonly EngineEvent[];
  /** A new engine over the same machine, as after a restart of the daemon. */
  readonly restart: (changes?: Partial<HostEngineConfig>) => Promise<PurgeableEngine>;
  readonly call: (host: string, options?: CallOptions) => Promise<Answer>;
}

export interface CallOptions {
  /** Of HAProxy; the edge's by default. */
  readonly address?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly agent?: Agent;
  readonly signal?: AbortSignal;
}

export async function createEngineBed(t: TestContext, options: BedOptions): Promise<EngineBed> {
  const dir = await mkdtemp(join(tmpdir(), 'host-route-'));
  const port = await freePort();
  const machine = createProcessMachine(options.network);
  const log: string[] = [];
  const events: EngineEvent[] = [];
  const config = { ...configFor(dir, port, options), ...(options.https && { https: await options.https(dir) }) };
  const make = (changes?: Partial<HostEngineConfig>): PurgeableEngine =>
    createHostEngine({
      config: { ...config, ...changes },
      runtime: new ProcessRuntime(machine),
      images: everyImage,
      log: logInto(log),
      ...options.parts,
    });
  const watching = new AbortController();
  const bed = {
    engine: make(),
    machine,
    config,
    port,
    log,
    events,
    restart: async (changes?: Partial<HostEngineConfig>) => {
      bed.engine = make(changes);
      return bed.engine;
    },
    call: (host: string, call?: CallOptions) => callHost(port, host, call),
  };
  t.after(async () => {
    watching.abort();
    await bed.engine.stop();
    await killProxy(config.runDir);
    await bed.engine.purge();
    for (const one of [dir, machine.logDir]) await rm(one, { recursive: true, force: true });
  });
  void collectEvents(bed.engine, events, watching.signal);
  return bed;
}

/** Connections that a test left open would keep it for the seconds that a purge gives them. */
async function killProxy(runDir: string): Promise<void> {
  const pid = Number(await readFile(proxyPathsFor(runDir).pidFile, 'utf8').catch(() => ''));
  try {
    if (pid > 1) process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

async function collectEvents(engine: PurgeableEngine, events: EngineEvent[], signal: AbortSignal): Promise<void> {
  for await (const one of engine.watch(signal)) if (one.type === 'event') events.push(one.event);
}

export function configFor(dir: string, port: number, options: BedOptions): HostEngineConfig {
  return {
    platformId: 'tb',
    stateDir: join(dir, 'state'),
    runDir: join(dir, 'run'),
    http: { address: '127.0.0.1', port },
    slotCount: options.slotCount ?? 8,
    network: { cidr: '10.202.0.0/16', projectPrefix: 24, dnsUpstreams: [] },
    users: { base: 100_000, perProject: 65_536, allowHostUsers: false },
    instanceLog: { fileBytesMax: 1, filesPerInstanceMax: 1, instancesPerAppMax: 1 },
    startDeadlineMs: options.startDeadlineMs ?? 20_000,
    capacity: options.capacity ?? AMPLE,
    standbyMemoryBytes: options.standbyMemoryBytes ?? 1e12,
    ...(options.observe && { observe: options.observe }),
  };
}

/** Every reference is here. */
export const everyImage: ImageStore = {
  read: async (reference) => storedImage(reference),
  resolve: async (reference) => storedImage(reference),
  recordDigest: async () => undefined,
};

function storedImage(reference: string): StoredImage {
  const config = {
    entrypoint: [],
    command: [],
    environment: {},
    workingDir: '/',
    user: '',
    exposedPorts: [9090, 8080],
    stopSignal: 'SIGTERM',
  };
  return { reference, digest: 'sha256:0', imageId: '0', layerDirs: [], config };
}

export function logInto(lines: string[]): HostLog {
  const add = (message: string, fields?: Readonly<Record<string, unknown>>) =>
    lines.push(`${message} ${fields?.['error'] instanceof Error ? inspect(fields['error']) : JSON.stringify(fields)}`);
  return { info: add, warn: add, error: add };
}

/** More than any test takes. */
export const AMPLE: Capacity = { cpuMillis: 1e6, memoryBytes: 1e12 };

export const TEST_APP = new URL('test-app.ts', import.meta.url).pathname;

export function revisionFor(
  name: string,
  options: { scale?: Partial<ScaleBounds>; env?: Record<string, string> } = {},
) {
  return {
    revisionName: name,
    imageReference: `registry.test/${name}@sha256:0`,
    port: 8080,
    command: [],
    arguments: [TEST_APP],
    environment: { ...options.env },
    cpuMillis: 500,
    memoryBytes: 256 * 1024 * 1024,
    ephemeralStorageBytes: 0,
    readiness: {
      type: 'tcp',
      path: '',
      port: 0,
      intervalMs: 1,
      timeoutMs: 1_000,
      initialDelayMs: 0,
      failureThreshold: 1,
    },
    scale: {
      instancesMin: 0,
      instancesMax: 10,
      instancesInitial: 1,
      concurrencyMax: 100,
      concurrencyTarget: 0,
      scaleDownDelayMs: 0,
      requestTimeoutMs: 30_000,
      ...options.scale,
    },
  } satisfies RevisionWorkload;
}

/** An app whose last revision has the traffic. */
export function appFor(appName: string, ...revisions: readonly RevisionWorkload[]): AppWorkload {
  const revisionName = revisions.at(-1)?.revisionName ?? '';
  return {
    projectId: 'p1',
    appName,
    hosts: [`${appName}.test`],
    revisions,
    traffic: [{ revisionName, percent: 100 }],
  };
}

export function callHost(port: number, host: string, call: CallOptions = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = httpRequest({
    host: call.address ?? '127.0.0.1',
    port,
    path: call.path ?? '/',
    method: call.method ?? 'GET',
    headers: { ...call.headers, host },
    agent: call.agent ?? false,
    ...(call.signal ? { signal: call.signal } : {}),
  });
  request.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    });
  });
  request.on('error', reject);
  request.end(call.body);
  return promise;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await new Promise((done) => server.close(done));
  return port;
}

/** Waits for a condition, at most so long; says what was waited for. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  const endsAt = performance.now() + timeoutMs;
  while (!(await isTrue())) {
    if (performance.now() > endsAt) throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`);
    await sleep(10);
  }
}

export interface Load {
  /** Ends the load and tells what came of it. */
  readonly end: () => Promise<{ readonly answered: number; readonly failures: readonly string[] }>;
}

export interface LoadOptions {
  readonly clients: number;
  readonly path?: string;
  /** Several requests per connection; the default. */
  readonly isKeptAlive?: boolean;
}

/** Clients that call one after the other until told to stop; every answer other than 200 is a failure. */
export function startLoad(bed: EngineBed, host: string, options: LoadOptions): Load {
  const failures: string[] = [];
  let answered = 0;
  let isOver = false;
  async function client(): Promise<void> {
    const agent = new Agent({ keepAlive: options.isKeptAlive ?? true, maxSockets: 1 });
    while (!isOver) {
      try {
        const answer = await bed.call(host, { agent, path: options.path ?? '/' });
        if (answer.status === 200) answered += 1;
        else failures.push(`${answer.status} ${answer.body}`);
      } catch (error) {
        failures.push(String(error));
      }
    }
    agent.destroy();
  }
  const clients = Array.from({ length: options.clients }, client);
  return {
    end: async () => {
      isOver = true;
      await Promise.all(clients);
      return { answered, failures };
    },
  };
}
