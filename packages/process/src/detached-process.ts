/**
 * Programs that outlive the process which started them, and are found again by a record of pid and start time. Who
 * starts them decides what to record beside that, when to adopt and how often to start again. Invariant: a process is
 * signalled only while pid and start time are those we recorded.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { identifyProcess, isAlive, signalProcess, type ProcessIdentity } from './process-identity.ts';

const GONE_POLL_MS = 20;

export interface DetachedOptions {
  /** Both streams go to the end of this file. */
  readonly logPath: string;
  /** A log larger than this at the start begins anew. */
  readonly logBytesMax: number;
  readonly cwd?: string;
  /** The complete environment; the default is the caller's own. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Resolves when the program runs; whether it is ready is the caller's to find out. */
export async function startDetached(
  argv: readonly [string, ...string[]],
  { logPath, logBytesMax, cwd, env }: DetachedOptions,
): Promise<ProcessIdentity> {
  const [program, ...rest] = argv;
  const logFd = openSync(logPath, 'a', 0o600);
  try {
    if (fstatSync(logFd).size > logBytesMax) ftruncateSync(logFd);
    const child = spawn(program, rest, {
      cwd,
      env: env ?? process.env,
      detached: true,
      stdio: ['ignore', logFd, logFd],
    });
    const failed = once(child, 'error');
    child.unref();
    if (child.pid === undefined) {
      const [cause] = await failed;
      throw new Error(`Cannot start ${program}: it is not installed or cannot be run`, { cause });
    }
    const identity = identifyProcess(child.pid);
    if (!identity) throw new Error(`Cannot start ${program}: it ended at once`);
    return identity;
  } finally {
    closeSync(logFd);
  }
}

/** The process of a record written as JSON, while it lives. The record may say more than the identity. */
export function findRecordedProcess<Record extends ProcessIdentity = ProcessIdentity>(
  path: string,
): Record | undefined {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8')) as Record;
    return isAlive(record) ? record : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Asks the process to end, and kills it when it has not after the grace; waits as long again for its death. */
export async function endProcess(
  identity: ProcessIdentity,
  { signal = 'SIGTERM', graceMs }: { readonly signal?: NodeJS.Signals; readonly graceMs: number },
): Promise<void> {
  for (const each of [signal, 'SIGKILL'] as const) {
    signalProcess(identity, each);
    if (await goneWithin(identity, graceMs)) return;
  }
}

async function goneWithin(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(GONE_POLL_MS)) {
    if (!isAlive(identity)) return true;
  }
  return false;
}
