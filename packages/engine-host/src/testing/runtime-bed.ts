/**
 * A platform of its own for one test of the instance runtime: own id, folders and addresses, and an image made by hand
 * from this machine's Node and shell, because no registry is reachable from a test.
 */
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry, RevisionWorkload } from '@slipway/engine';
import type { ImageConfig, ImageStore, StoredImage } from '@slipway/images';
import { runProcess } from '@slipway/process';
import type { HostEngineConfig } from '../host-engine-config.ts';
import { createInstanceRuntime } from '../instance/host-instance-runtime.ts';
import type { InstanceEnd, InstanceRequest, InstanceRuntime } from '../instance/instance-runtime.ts';

const UNTIL_TIMEOUT_MS = 20_000;
const UNTIL_PAUSE_MS = 20;

export const TEST_IMAGE = 'registry.test/image@sha256:0000';

/** Polls until the condition gives something. */
export async function until<T>(what: string, condition: () => T | Promise<T>): Promise<NonNullable<T>> {
  const deadline = Date.now() + UNTIL_TIMEOUT_MS;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== null && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`Not within ${UNTIL_TIMEOUT_MS} ms: ${what}`);
    await sleep(UNTIL_PAUSE_MS);
  }
}

/** A layer with /bin/node, /bin/sh and the libraries they load. */
export async function makeLayer(dir: string): Promise<void> {
  const programs = { node: process.execPath, sh: '/bin/sh' };
  const libraries = new Set<string>();
  for (const path of Object.values(programs)) {
    const { stdout } = await runProcess(['ldd', path]);
    for (const match of stdout.matchAll(/(\/\S+) \(0x/g)) libraries.add(match[1] as string);
  }
  for (const [name, path] of Object.entries(programs)) await copyInto(path, join(dir, 'bin', name));
  for (const path of libraries) await copyInto(path, join(dir, path));
  await mkdir(join(dir, 'etc'));
  await writeFile(join(dir, 'etc', 'passwd'), 'root:x:0:0::/root:/bin/sh\napp:x:1000:1001::/home/app:/bin/sh\n');
  await writeFile(join(dir, 'etc', 'group'), 'root:x:0:\napp:x:1001:\nextra:x:1002:app\n');
  await mkdir(join(dir, 'tmp'));
  await chmod(join(dir, 'tmp'), 0o1777);
}

async function copyInto(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to, { dereference: true });
}

const IMAGE_CONFIG: ImageConfig = {
  entrypoint: ['/bin/node', '-e'],
  command: [],
  environment: {},
  workingDir: '/',
  user: '',
  exposedPorts: [],
  stopSignal: '',
};

export interface RuntimeBed extends AsyncDisposable {
  readonly config: HostEngineConfig;
  readonly image: StoredImage;
  readonly runtime: InstanceRuntime;
  readonly ends: InstanceEnd[];
  readonly warnings: string[];
  /** A second daemon over the same machine state, as after a restart. */
  reopen(): InstanceRuntime;
  readLog(projectId: string, appName: string): Promise<readonly LogEntry[]>;
}

export interface RuntimeBedOptions {
  readonly platformId: string;
  readonly cidr: string;
  readonly userBase: number;
  readonly config?: Partial<HostEngineConfig>;
  readonly image?: Partial<ImageConfig>;
}

export async function openRuntimeBed(options: RuntimeBedOptions): Promise<RuntimeBed> {
  const root = await mkdtemp(join(tmpdir(), `slipway-${options.platformId}-`));
  // Users of instances must find their way to the root folder.
  await chmod(root, 0o711);
  const layerDir = join(root, 'layer');
  await makeLayer(layerDir);
  const image: StoredImage = {
    reference: TEST_IMAGE,
    digest: 'sha256:0000',
    imageId: '0000',
    layerDirs: [layerDir],
    config: { ...IMAGE_CONFIG, ...options.image },
  };
  const images: ImageStore = {
    resolve: () => Promise.resolve(image),
    read: (reference) => Promise.resolve(reference === TEST_IMAGE ? image : undefined),
    recordDigest: () => Promise.resolve(),
  };
  const config: HostEngineConfig = {
    platformId: options.platformId,
    stateDir: join(root, 'state'),
    runDir: join(root, 'run'),
    http: { address: '127.0.0.1', port: 0 },
    slotCount: 4,
    network: { cidr: options.cidr, projectPrefix: 24, dnsUpstreams: [] },
    users: { base: options.userBase, perProject: 65_536, allowHostUsers: false },
    instanceLog: { fileBytesMax: 1_000_000, filesPerInstanceMax: 3, instancesPerAppMax: 3 },
    startDeadlineMs: 10_000,
    capacity: { cpuMillis: 1e6, memoryBytes: 1e12 },
    standbyMemoryBytes: 0,
    ...options.config,
  };
  const ends: InstanceEnd[] = [];
  const warnings: string[] = [];
  function note(message: string, fields?: Readonly<Record<string, unknown>>): void {
    const { error } = fields ?? {};
    warnings.push(error instanceof Error ? `${message}: ${error.stack}` : message);
  }
  function open(): InstanceRuntime {
    const runtime = createInstanceRuntime({ config, images, log: { info: () => undefined, warn: note, error: note } });
    runtime.onEnd((end) => ends.push(end));
    return runtime;
  }
  let runtime = open();
  return {
    config,
    image,
    ends,
    warnings,
    get runtime() {
      return runtime;
    },
    reopen() {
      runtime = open();
      return runtime;
    },
    async readLog(projectId, appName) {
      const entries: LogEntry[] = [];
      const signal = new AbortController().signal;
      for await (const entry of runtime.readLogs({ projectId, appName }, signal)) entries.push(entry);
      return entries;
    },
    async [Symbol.asyncDispose]() {
      await runtime.purge();
      await rm(root, { recursive: true, force: true });
    },
  };
}

export function requestFor(
  projectId: string,
  instanceName: string,
  revision: Partial<RevisionWorkload>,
): InstanceRequest {
  return {
    projectId,
    appName: 'web',
    instanceName,
    revision: {
      revisionName: 'web-00001',
      imageReference: TEST_IMAGE,
      port: 8080,
      command: [],
      arguments: [],
      environment: {},
      cpuMillis: 1000,
      memoryBytes: 256e6,
      ephemeralStorageBytes: 400e6,
      readiness: {
        type: 'tcp',
        path: '/',
        port: 0,
        intervalMs: 1000,
        timeoutMs: 1000,
        initialDelayMs: 0,
        failureThreshold: 3,
      },
      scale: {
        instancesMin: 0,
        instancesMax: 10,
        instancesInitial: 1,
        concurrencyMax: 100,
        concurrencyTarget: 0,
        scaleDownDelayMs: 0,
        requestTimeoutMs: 300_000,
      },
      ...revision,
    },
  };
}
