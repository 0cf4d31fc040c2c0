/**
 * How programs are started here: by Node.js, until whoever composes the process chooses something else. Node.js copies the
 * page tables of the whole process for each, which a small program does not notice and the daemon does.
 */
import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export interface StartedProgram {
  /** Undefined without input. */
  readonly stdin: Writable | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** SIGKILL, unless it has ended. */
  readonly kill: () => void;
  /** Its end, after both of its outputs were read to theirs; rejects when it did not start. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** May throw when the program cannot be started. */
export type StartProgram = (
  argv: readonly [string, ...string[]],
  options: {
    readonly cwd?: string | undefined;
    /** The complete environment. */
    readonly env: NodeJS.ProcessEnv;
    readonly hasInput: boolean;
  },
) => StartedProgram;

let start: StartProgram = startByNode;

/** For all programs that this process runs from now on. */
export function startProgramsBy(other: StartProgram): void {
  start = other;
}

export const startProgram: StartProgram = (argv, options) => start(argv, options);

function startByNode(
  [program, ...rest]: Parameters<StartProgram>[0],
  { hasInput, ...options }: Parameters<StartProgram>[1],
): StartedProgram {
  const { promise: ended, resolve, reject } = Promise.withResolvers<Awaited<StartedProgram['ended']>>();
  const child = spawn(program, rest, { ...options, stdio: [hasInput ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
  child.on('error', (error) => (child.pid === undefined ? reject(error) : undefined));
  child.on('close', (code, signal) => resolve({ code, signal }));
  const { stdin, stdout, stderr } = child;
  return {
    stdin: stdin ?? undefined,
    stdout: stdout as Readable,
    stderr: stderr as Readable,
    kill: () => void child.kill('SIGKILL'),
    ended,
  };
}
