/** Runs one buildah inside its control group, lines out as they come; ends all of it, steps included, on abort. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { BuildCgroup } from '../sandbox/build-cgroup.ts';

export interface BuildahRun {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly cgroup: BuildCgroup;
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** Resolves with the exit code; -1 when it was ended by a signal, ours included. */
export async function runBuildah(run: BuildahRun, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const [program, ...rest] = run.argv;
  // A group of its own: a Ctrl-C at the daemon's terminal must not reach half a build.
  const child = spawn(program, rest, {
    cwd: run.cwd,
    env: run.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  const reading = [readLines(child.stdout, 'stdout', run), readLines(child.stderr, 'stderr', run)];
  function end(): void {
    child.kill('SIGKILL');
    run.cgroup.kill().catch(() => undefined);
  }
  signal.addEventListener('abort', end, { once: true });
  try {
    if (child.pid !== undefined) await run.cgroup.add(child.pid).catch(ignoreGone);
    if (signal.aborted) end();
    const [code] = await ended;
    await Promise.all(reading);
    return code ?? -1;
  } finally {
    signal.removeEventListener('abort', end);
    // A step may have left something behind; nothing of a build outlives it.
    await run.cgroup.kill();
  }
}

const LINE_LENGTH_MAX = 16 * 1024;

async function readLines(stream: Readable, name: 'stdout' | 'stderr', run: BuildahRun): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    run.onLine(line.slice(0, LINE_LENGTH_MAX), name);
  }
}

function ignoreGone(error: unknown): void {
  if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return;
  throw error;
}
