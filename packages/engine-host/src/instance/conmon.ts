/**
 * Creates a container under its own conmon, which keeps its output and exit code whatever happens to us, and starts it.
 * conmon tells over a pipe when crun has created the container (or why it could not). The container then waits on crun's
 * `exec.fifo`; one byte starts it. That file is crun's own affair, so when it is not as expected `crun start` does it.
 */
import { closeSync, constants, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { openPipe, reap, spawnDetached } from '@slipway/kernel';
import { identifyProcess, runProcess, type ProcessIdentity } from '@slipway/process';
import { SEALED_RUNTIME_ENVIRONMENT } from './sealed-runtime.ts';

const CONMON_PATH = '/usr/bin/conmon';
const CREATE_TIMEOUT_MS = 30_000;
const REPORT_BYTES_MAX = 64 * 1024;
/**
 * GLib then takes small blocks from the C library instead of keeping stores of its own: 12 of 328 KiB for each instance. GLib
 * from 2.76 on always does. conmon hands it on to crun, which has no GLib and gives the program the variables of its
 * configuration alone.
 */
const SMALL_HEAP_ENVIRONMENT = { G_SLICE: 'always-malloc' } as const;

export interface ConmonPlan {
  readonly key: string;
  readonly bundleDir: string;
  readonly runtimePath: string;
  readonly runtimeRoot: string;
  readonly exitsDir: string;
  readonly socketsDir: string;
  readonly logPath: string;
  readonly logBytesMax: number;
}

export function conmonArgv(plan: ConmonPlan): readonly string[] {
  return [
    '--api-version=1',
    `--cid=${plan.key}`,
    `--cuuid=${plan.key}`,
    `--name=${plan.key}`,
    `--bundle=${plan.bundleDir}`,
    `--runtime=${plan.runtimePath}`,
    `--runtime-arg=--root=${plan.runtimeRoot}`,
    `--exit-dir=${plan.exitsDir}`,
    `--socket-dir-path=${plan.socketsDir}`,
    `--container-pidfile=${join(plan.bundleDir, 'container.pid')}`,
    `--conmon-pidfile=${join(plan.bundleDir, 'conmon.pid')}`,
    `--log-path=k8s-file:${plan.logPath}`,
    `--log-size-max=${plan.logBytesMax}`,
    '--log-level=error',
    '--no-new-keyring',
    '--no-sync-log',
  ];
}

/** crun's words on why there is no container. */
export class ContainerNotCreated extends Error {
  override readonly name = 'ContainerNotCreated';
}

export interface CreatedContainer {
  readonly container: ProcessIdentity;
  readonly monitor?: ProcessIdentity;
}

interface Conmon {
  readonly monitor: number;
  readonly report: Socket;
  readonly start: number;
}

/**
 * Resolves when the container is created and waits to be started. `prepare` completes the bundle while conmon loads:
 * conmon calls crun only after a byte on its start pipe.
 */
export async function createContainer(plan: ConmonPlan, prepare: () => void): Promise<CreatedContainer> {
  const spawning = spawnConmon(plan);
  const [prepared] = await Promise.allSettled([(async () => prepare())(), spawning]);
  const { monitor, report, start } = await spawning;
  try {
    if (prepared.status === 'rejected') throw prepared.reason;
    tellToBegin(start);
    const { pid, message } = await readReport(report);
    const container = pid > 0 ? identifyProcess(pid) : undefined;
    if (!container) throw new ContainerNotCreated(message);
    const watcher = identifyProcess(Number(readText(join(plan.bundleDir, 'conmon.pid'))));
    return { container, ...(watcher && { monitor: watcher }) };
  } catch (error) {
    process.kill(monitor, 'SIGKILL');
    throw error;
  } finally {
    report.destroy();
    // Not before it is told or killed: it takes the end of the pipe for the word to begin.
    closeSync(start);
    // The one we started leaves the container to a process that it forked, and ends.
    void reap(monitor);
  }
}

function tellToBegin(start: number): void {
  try {
    writeSync(start, '1');
  } catch (error) {
    // A conmon that is gone is told by its report.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

async function spawnConmon(plan: ConmonPlan): Promise<Conmon> {
  const sync = openPipe();
  const begin = openPipe();
  try {
    const monitor = await spawnDetached({
      path: CONMON_PATH,
      argv: conmonArgv(plan),
      environment: {
        PATH: process.env['PATH'] ?? '',
        ...SEALED_RUNTIME_ENVIRONMENT,
        ...SMALL_HEAP_ENVIRONMENT,
        _OCI_SYNCPIPE: '3',
        _OCI_STARTPIPE: '4',
      },
      workingDir: plan.bundleDir,
      descriptors: [sync.writeFd, begin.readFd],
    });
    return { monitor, report: new Socket({ fd: sync.readFd, readable: true, writable: false }), start: begin.writeFd };
  } catch (error) {
    closeSync(sync.readFd);
    closeSync(begin.writeFd);
    throw new Error('Cannot start conmon', { cause: error });
  } finally {
    closeSync(sync.writeFd);
    closeSync(begin.readFd);
  }
}

async function readReport(pipe: Socket): Promise<{ pid: number; message: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ pid: number; message: string }>();
  const timer = setTimeout(
    () => reject(new Error('Cannot create the container: conmon does not answer')),
    CREATE_TIMEOUT_MS,
  );
  let text = '';
  pipe.on('error', reject);
  pipe.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-REPORT_BYTES_MAX);
    if (text.includes('\n')) resolve(parseReport(text));
  });
  pipe.on('end', () => resolve(parseReport(text)));
  return promise.finally(() => clearTimeout(timer));
}

/** Pure: one line of JSON, `{"data": pid}` or `{"data": -1, "message": "…"}`; newer versions say "pid". */
export function parseReport(text: string): { pid: number; message: string } {
  try {
    const report = JSON.parse(text.split('\n')[0] ?? '') as { data?: number; pid?: number; message?: string };
    return { pid: report.data ?? report.pid ?? -1, message: (report.message ?? '').trim() };
  } catch {
    return { pid: -1, message: `conmon ended without a report${text === '' ? '' : `: ${text.trim()}`}` };
  }
}

/** True while a created container has not been started. */
export function awaitsStart(runtimeRoot: string, key: string): boolean {
  return existsSync(startFifo(runtimeRoot, key));
}

function startFifo(runtimeRoot: string, key: string): string {
  return join(runtimeRoot, key, 'exec.fifo');
}

/** Lets the user's process begin. */
export async function startContainer(plan: Pick<ConmonPlan, 'key' | 'runtimePath' | 'runtimeRoot'>): Promise<void> {
  const fifo = startFifo(plan.runtimeRoot, plan.key);
  try {
    // Not blocking: ENXIO when nobody waits at the other end.
    const file = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      writeSync(file, '1');
    } finally {
      closeSync(file);
    }
    // crun takes the file's absence for "started".
    rmSync(fifo, { force: true });
  } catch {
    await runProcess([plan.runtimePath, `--root=${plan.runtimeRoot}`, 'start', plan.key]);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
