/**
 * Runs one program to its end: argv only, never a shell; output is bounded, time is bounded, and a failure carries what
 * the program said. The platform's one way to call another program and wait for it.
 */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

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
 * (also when it does not exist, is aborted or runs too long).
 */
export function runProcess(
  argv: readonly [string, ...string[]],
  options: RunProcessOptions = {},
): Promise<ProcessResult> {
  const [program, ...rest] = argv;
  const bytesMax = options.outputBytesMax ?? OUTPUT_BYTES_MAX_DEFAULT;
  const { promise, resolve, reject } = Promise.withResolvers<ProcessResult>();
  const child = spawn(program, rest, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    signal: options.signal,
    killSignal: 'SIGKILL',
  });
  const { onLine } = options;
  const stdout = collect(child.stdout as Readable, bytesMax, onLine && ((line) => onLine(line, 'stdout')));
  const stderr = collect(child.stderr as Readable, bytesMax, onLine && ((line) => onLine(line, 'stderr')));
  if (options.stdin !== undefined && child.stdin) feed(child.stdin, options.stdin);

  let timedOut = false;
  let spawnError: Error | undefined;
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS_DEFAULT;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  child.on('error', (error) => {
    spawnError = error;
    if (child.pid === undefined) finish(-1, null);
  });
  child.on('close', finish);

  function finish(code: number | null, killedBy: NodeJS.Signals | null): void {
    clearTimeout(timer);
    const result = { exitCode: code ?? -1, stdout: stdout(), stderr: stderr(), timedOut };
    if (!spawnError && code !== null && (options.allowExitCodes ?? [0]).includes(code)) {
      resolve(result);
      return;
    }
    const what = describeEnd({ spawnError, timedOut, timeoutMs, code, killedBy, stderr: result.stderr });
    reject(new ProcessFailure(program, what, result, spawnError ? { cause: spawnError } : undefined));
  }
  return promise;
}

function feed(stdin: NodeJS.WritableStream, input: string | Readable): void {
  // A program may end before it has read everything; its exit code tells, the broken pipe does not matter.
  stdin.on('error', () => undefined);
  if (typeof input === 'string') stdin.end(input);
  else input.pipe(stdin);
}

interface End {
  readonly spawnError: Error | undefined;
  readonly timedOut: boolean;
  readonly timeoutMs: number;
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
  readonly stderr: string;
}

function describeEnd(end: End): string {
  if (end.timedOut) return `it ran longer than ${end.timeoutMs} ms`;
  if (end.spawnError) return end.spawnError.message;
  const last = end.stderr.trimEnd().split('\n').at(-1) ?? '';
  const said = last === '' ? '' : `: ${last}`;
  return end.code === null ? `it was ended by ${end.killedBy}${said}` : `it ended with code ${end.code}${said}`;
}
