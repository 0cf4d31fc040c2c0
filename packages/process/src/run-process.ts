/**
 * Runs one program to its end: argv only, never a shell; output is bounded, time is bounded, and a failure carries what
 * the program said. The platform's one way to call another program and wait for it.
 */
import type { Readable } from 'node:stream';
import { startProgram, type StartedProgram } from './start-program.ts';

export interface RunProcessOptions {
  readonly cwd?: string;
  /** The complete environment; the default is the caller's own. */
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string | Readable;
  readonly signal?: AbortSignal;
  /** Killed with SIGKILL after this time; default 60 s. */
  readonly timeoutMs?: number;
  /** Kept from each stream: the last bytes; default 1 MiB. */
  readonly outputBytesMax?: number;
  /** Lines of both streams as they come, without the newline. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Exit codes that are no failure; default [0]. */
  readonly allowExitCodes?: readonly number[];
}

export interface ProcessResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class ProcessFailure extends Error {
  override readonly name = 'ProcessFailure';
  readonly program: string;
  /** -1 when the program was killed or did not start. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;

  constructor(program: string, what: string, result: ProcessResult & { timedOut: boolean }, options?: ErrorOptions) {
    super(`Cannot finish ${program}: ${what}`, options);
    this.program = program;
    this.exitCode = result.exitCode;
    this.stdout = result.stdout;
    this.stderr = result.stderr;
    this.timedOut = result.timedOut;
  }
}

const TIMEOUT_MS_DEFAULT = 60_000;
const OUTPUT_BYTES_MAX_DEFAULT = 1024 * 1024;
const LINE_BYTES_MAX = 64 * 1024;

/** Keeps the tail of a stream and hands out its lines. */
function collect(stream: Readable, bytesMax: number, onLine: ((line: string) => void) | undefined): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    while (chunks.length > 1 && bytes - (chunks[0]?.length ?? 0) >= bytesMax) bytes -= chunks.shift()?.length ?? 0;
    if (!onLine) return;
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = (lines.pop() ?? '').slice(-LINE_BYTES_MAX);
    for (const line of lines) onLine(line);
  });
  stream.on('end', () => {
    if (onLine && rest !== '') onLine(rest);
  });
  return () => Buffer.concat(chunks).subarray(-bytesMax).toString('utf8');
}

/**
 * Resolves with the output when the program ends with an allowed exit code; rejects with ProcessFailure otherwise
 * (also when it does not exist, is aborted or runs too long). The program is started before this returns.
 */
export async function runProcess(
  argv: readonly [string, ...string[]],
  options: RunProcessOptions = {},
): Promise<ProcessResult> {
  const [name] = argv;
  const { cwd, env = process.env, onLine, signal, stdin, timeoutMs = TIMEOUT_MS_DEFAULT } = options;
  const bytesMax = options.outputBytesMax ?? OUTPUT_BYTES_MAX_DEFAULT;
  let program: StartedProgram | undefined;
  let output = { stdout: () => '', stderr: () => '' };
  let cause: Error | undefined;
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    program?.kill();
  }, timeoutMs);
  const onAbort = () => {
    cause = new Error('it was aborted', { cause: signal?.reason });
    program?.kill();
  };
  try {
    signal?.throwIfAborted();
    signal?.addEventListener('abort', onAbort, { once: true });
    program = startProgram(argv, { cwd, env, hasInput: stdin !== undefined });
    output = {
      stdout: collect(program.stdout, bytesMax, onLine && ((line) => onLine(line, 'stdout'))),
      stderr: collect(program.stderr, bytesMax, onLine && ((line) => onLine(line, 'stderr'))),
    };
    if (stdin !== undefined && program.stdin) feed(program.stdin, stdin);
    const { code, signal: killedBy } = await program.ended;
    const result = { exitCode: code ?? -1, stdout: output.stdout(), stderr: output.stderr(), timedOut };
    if (!cause && code !== null && (options.allowExitCodes ?? [0]).includes(code)) return result;
    const what = describeEnd({ cause, timedOut, timeoutMs, code, killedBy, stderr: result.stderr });
    throw new ProcessFailure(name, what, result, cause && { cause });
  } catch (error) {
    if (error instanceof ProcessFailure) throw error;
    const said = { exitCode: -1, stdout: output.stdout(), stderr: output.stderr(), timedOut };
    throw new ProcessFailure(name, error instanceof Error ? error.message : String(error), said, { cause: error });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function feed(stdin: NodeJS.WritableStream, input: string | Readable): void {
  // A program may end before it has read everything; its exit code tells, the broken pipe does not matter.
  stdin.on('error', () => undefined);
  if (typeof input === 'string') stdin.end(input);
  else input.pipe(stdin);
}

interface End {
  readonly cause: Error | undefined;
  readonly timedOut: boolean;
  readonly timeoutMs: number;
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
  readonly stderr: string;
}

function describeEnd(end: End): string {
  if (end.timedOut) return `it ran longer than ${end.timeoutMs} ms`;
  if (end.cause) return end.cause.message;
  const last = end.stderr.trimEnd().split('\n').at(-1) ?? '';
  const said = last === '' ? '' : `: ${last}`;
  return end.code === null ? `it was ended by ${end.killedBy}${said}` : `it ended with code ${end.code}${said}`;
}
