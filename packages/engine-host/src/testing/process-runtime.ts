/**
 * A second InstanceRuntime for tests of everything above it: an instance is a plain Node process that listens on a
 * loopback address of its own. No isolation, no images; but real processes which outlive this object and are adopted
 * by the next, as the container runtime's are. Its program is what the revision's `arguments` or its image say, run by Node.js
 * where no `command` names another.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry, LogQuery, ProjectWorkload } from '@slipway/engine';
import {
  StartFailure,
  type AddressWatch,
  type Adoption,
  type Instance,
  type InstanceEnd,
  type InstanceRequest,
  type InstanceRuntime,
} from '../instance/instance-runtime.ts';
import { keyOf } from '../instance/machine-layout.ts';
import { writeVolume } from '../mount/volume-folder.ts';

interface Running {
  instance: Instance;
  readonly child: ChildProcess;
}

/** What outlives a runtime object, like processes and records on a disk do. */
export interface ProcessMachine {
  /** Second and third part of the loopback addresses, so that test files do not meet. */
  readonly network: string;
  readonly running: Map<string, Running>;
  /** One file per app, and the folders of volumes. */
  readonly logDir: string;
  /** Folders of the volumes that may be mounted, by project. */
  readonly volumes: Map<string, ReadonlyMap<string, string>>;
  /** Programs by image reference, for revisions without arguments. */
  readonly programs: Map<string, readonly string[]>;
  /** Gateways by project, for tests that ask at the project door. */
  readonly gateways: Map<string, string>;
  /** What was published, by project. */
  readonly names: Map<string, readonly string[]>;
  /** Sandboxes that wait: nothing but a name and what it was made for. */
  readonly prepared: Map<string, InstanceRequest>;
  /** Instances that stand still, and since when. */
  readonly frozen: Map<string, string>;
  /** So many thaws fail from now on. */
  thawsRefused: number;
  /** What a frozen instance is said to hold. */
  frozenBytes: number;
  /** Told once to whoever watches then. */
  readonly listeners: Set<(end: InstanceEnd) => void>;
  hostPart: number;
  started: number;
}

export function createProcessMachine(network: string): ProcessMachine {
  const logDir = mkdtempSync(join(tmpdir(), 'process-machine-'));
  return {
    network,
    running: new Map(),
    logDir,
    programs: new Map(),
    gateways: new Map(),
    names: new Map(),
    volumes: new Map(),
    prepared: new Map(),
    frozen: new Map(),
    thawsRefused: 0,
    frozenBytes: 50_000_000,
    listeners: new Set(),
    hostPart: 1,
    started: 0,
  };
}

/** What a prepared sandbox is said to hold. */
export const SANDBOX_BYTES = 2_000_000;

export class ProcessRuntime implements InstanceRuntime {
  readonly #machine: ProcessMachine;
  #listener: (end: InstanceEnd) => void = () => undefined;
  #addresses: AddressWatch | undefined;

  constructor(machine: ProcessMachine) {
    this.#machine = machine;
  }

  async adopt(): Promise<Adoption> {
    this.#machine.listeners.add(this.#listener);
    const { frozen, frozenBytes, prepared, running } = this.#machine;
    const all = [...running.values()].map(({ instance }) => instance);
    const isFrozen = ({ instanceName }: Instance) => frozen.has(instanceName);
    const standby = all.filter(isFrozen).map((instance) => {
      const since = frozen.get(instance.instanceName) ?? '';
      return { instance, tier: 'frozen' as const, since, memoryBytes: frozenBytes };
    });
    const now = new Date().toISOString();
    const removed = [...prepared.values()].map(({ instanceName, projectId, appName, revision }) => {
      const { revisionName, port } = revision;
      const times = { createdAt: now, startedAt: now };
      const instance = { instanceName, projectId, appName, revisionName, address: '', port, ...times };
      return { instance, tier: 'created' as const, since: now, memoryBytes: 0 };
    });
    prepared.clear();
    const awake = all.filter((one) => !isFrozen(one));
    return { projects: [], running: awake, ended: [], standby: [...standby, ...removed] };
  }

  async prepare(request: InstanceRequest, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    this.#machine.prepared.set(request.instanceName, request);
    return SANDBOX_BYTES;
  }

  async freeze(instanceName: string): Promise<number> {
    const running = this.#running(instanceName);
    running.child.kill('SIGSTOP');
    this.#machine.frozen.set(instanceName, new Date().toISOString());
    return this.#machine.frozenBytes;
  }

  async thaw(instanceName: string): Promise<Instance> {
    const running = this.#running(instanceName);
    if (this.#machine.thawsRefused > 0) {
      this.#machine.thawsRefused -= 1;
      throw new Error(`Instance "${instanceName}" does not go on`);
    }
    this.#machine.frozen.delete(instanceName);
    running.instance = { ...running.instance, thawedAt: new Date().toISOString() };
    running.child.kill('SIGCONT');
    return running.instance;
  }

  #running(instanceName: string): Running {
    const running = this.#machine.running.get(instanceName);
    if (!running) throw new Error(`Instance "${instanceName}" is gone`);
    return running;
  }

  watchAddresses(watch: AddressWatch): void {
    this.#addresses = watch;
  }

  imagesInUse(): readonly string[] {
    return [];
  }

  gatewayOf(projectId: string): string | undefined {
    return this.#machine.gateways.get(projectId);
  }

  async publishNames(projectId: string, names: readonly string[]): Promise<void> {
    this.#machine.names.set(projectId, names);
  }

  async applyProject({ projectId, volumes = [] }: ProjectWorkload): Promise<void> {
    const folders = new Map(volumes.map(({ volumeName }) => [volumeName, this.#volumeFolder(projectId, volumeName)]));
    for (const { volumeName, files } of volumes) writeVolume(folders.get(volumeName) ?? '', files);
    this.#machine.volumes.set(projectId, folders);
  }

  async removeProject(): Promise<void> {}
  async restrictCallers(): Promise<void> {}
  expectStart(): void {}

  async start(request: InstanceRequest, signal: AbortSignal): Promise<Instance> {
    signal.throwIfAborted();
    const { instanceName, projectId, appName, revision } = request;
    const machine = this.#machine;
    request.onSandbox?.(machine.prepared.delete(instanceName));
    machine.hostPart += 1;
    machine.started += 1;
    const address = `127.${machine.network}.${machine.hostPart}`;
    await this.#addresses?.given(request, address);
    const mounts = this.#mountsOf(request);
    const program = machine.programs.get(revision.imageReference) ?? revision.arguments;
    const log = openSync(this.#logFile(request), 'a');
    const [command = process.execPath, ...first] = revision.command;
    const child = spawn(command, [...first, ...program], {
      env: {
        ...revision.environment,
        ADDRESS: address,
        PORT: String(revision.port),
        INSTANCE: instanceName,
        MOUNTS: mounts,
      },
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    const now = new Date().toISOString();
    const { revisionName, port } = revision;
    const instance = { instanceName, projectId, appName, revisionName, address, port, createdAt: now, startedAt: now };
    machine.running.set(instanceName, { instance, child });
    child.on('exit', (code, killedBy) => {
      machine.running.delete(instanceName);
      machine.frozen.delete(instanceName);
      void this.#addresses?.returned(address);
      const end: InstanceEnd = {
        projectId,
        appName,
        instanceName,
        exitCode: code ?? 137,
        reason: killedBy === null ? 'exited' : 'killed',
        completedAt: new Date().toISOString(),
      };
      for (const listener of machine.listeners) listener(end);
    });
    return instance;
  }

  async stop(instanceName: string, graceMs: number): Promise<void> {
    this.#machine.prepared.delete(instanceName);
    const running = this.#machine.running.get(instanceName);
    if (!running) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    running.child.once('exit', () => resolve());
    running.child.kill('SIGTERM');
    running.child.kill('SIGCONT');
    const cancelled = new AbortController();
    void sleep(graceMs, undefined, { signal: cancelled.signal })
      .then(() => running.child.kill('SIGKILL'))
      .catch(() => undefined);
    await promise;
    cancelled.abort();
  }

  onEnd(listener: (end: InstanceEnd) => void): void {
    this.#listener = listener;
  }

  async *readLogs(query: LogQuery, signal: AbortSignal): AsyncGenerator<LogEntry> {
    const file = this.#logFile(query);
    appendFileSync(file, '');
    let given = 0;
    do {
      const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
      const first = given === 0 && query.tail !== undefined ? Math.max(0, lines.length - query.tail) : given;
      for (const text of lines.slice(first)) yield { at: '', instanceName: '', stream: 'stdout', text };
      given = lines.length;
      if (query.follow === true) await sleep(20, undefined, { signal }).catch(() => undefined);
    } while (query.follow === true && !signal.aborted);
  }

  #volumeFolder(projectId: string, volumeName: string): string {
    return join(this.#machine.logDir, `${projectId}.volumes`, keyOf(volumeName));
  }

  /** The program is told where the folders are, for nothing is mounted. */
  #mountsOf({ projectId, revision }: InstanceRequest): string {
    const folders = this.#machine.volumes.get(projectId);
    const mounts = (revision.mounts ?? []).map(({ volumeName, path }) => {
      const folder = folders?.get(volumeName);
      if (folder === undefined) throw new StartFailure('mount_missing', `The ${volumeName} does not exist`);
      return [path, folder] as const;
    });
    return JSON.stringify(Object.fromEntries(mounts));
  }

  #logFile({ projectId, appName }: { readonly projectId: string; readonly appName: string }): string {
    return join(this.#machine.logDir, `${projectId}.${appName}.log`);
  }

  async close(): Promise<void> {
    this.#machine.listeners.delete(this.#listener);
  }

  async purge(): Promise<void> {
    await Promise.all([...this.#machine.running.keys()].map((name) => this.stop(name, 1_000)));
  }
}
