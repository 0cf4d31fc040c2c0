/**
 * A second InstanceRuntime for tests of everything above it: an instance is a plain Node process that listens on a
 * loopback address of its own. No isolation, no images; but real processes which outlive this object and are adopted
 * by the next, as the container runtime's are. The revision's `arguments` are the program.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry } from '@slipway/engine';
import type {
  Adoption,
  Instance,
  InstanceEnd,
  InstanceRequest,
  InstanceRuntime,
} from '../instance/instance-runtime.ts';

interface Running {
  readonly instance: Instance;
  readonly child: ChildProcess;
}

/** What outlives a runtime object, like processes and records on a disk do. */
export interface ProcessMachine {
  /** Second and third part of the loopback addresses, so that test files do not meet. */
  readonly network: string;
  readonly running: Map<string, Running>;
  /** Told once to whoever watches then. */
  readonly listeners: Set<(end: InstanceEnd) => void>;
  hostPart: number;
  started: number;
}

export function createProcessMachine(network: string): ProcessMachine {
  return { network, running: new Map(), listeners: new Set(), hostPart: 1, started: 0 };
}

export class ProcessRuntime implements InstanceRuntime {
  readonly #machine: ProcessMachine;
  #listener: (end: InstanceEnd) => void = () => undefined;

  constructor(machine: ProcessMachine) {
    this.#machine = machine;
  }

  async adopt(): Promise<Adoption> {
    this.#machine.listeners.add(this.#listener);
    return { running: [...this.#machine.running.values()].map(({ instance }) => instance), ended: [] };
  }

  async applyProject(): Promise<void> {}
  async removeProject(): Promise<void> {}

  async start(request: InstanceRequest, signal: AbortSignal): Promise<Instance> {
    signal.throwIfAborted();
    const { instanceName, projectId, appName, revision } = request;
    const machine = this.#machine;
    machine.hostPart += 1;
    machine.started += 1;
    const address = `127.${machine.network}.${machine.hostPart}`;
    const child = spawn(process.execPath, [...revision.arguments], {
      env: { ...revision.environment, ADDRESS: address, PORT: String(revision.port), INSTANCE: instanceName },
      stdio: 'ignore',
      detached: true,
    });
    const now = new Date().toISOString();
    const { revisionName, port } = revision;
    const instance = { instanceName, projectId, appName, revisionName, address, port, createdAt: now, startedAt: now };
    machine.running.set(instanceName, { instance, child });
    child.on('exit', (code, killedBy) => {
      machine.running.delete(instanceName);
      const end: InstanceEnd = {
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
    const running = this.#machine.running.get(instanceName);
    if (!running) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    running.child.once('exit', () => resolve());
    running.child.kill('SIGTERM');
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

  async *readLogs(): AsyncGenerator<LogEntry> {}

  async close(): Promise<void> {
    this.#machine.listeners.delete(this.#listener);
  }

  async purge(): Promise<void> {
    await Promise.all([...this.#machine.running.keys()].map((name) => this.stop(name, 1_000)));
  }
}
