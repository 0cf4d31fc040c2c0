/** Starts a program and gives its streams and its end, as Node.js would, without a copy of our memory. */
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { endOf, openPipe, posixSpawn, type PipeEnds, type ProgramEnd } from './posix-spawn.ts';

/** A program that has closed its output ends at once, or is looked at ever less often, down to this. */
const LOOK_MS_MAX = 50;

export interface StartOptions {
  readonly cwd?: string | undefined;
  /** The complete environment; the default is our own. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Without, its input is empty. */
  readonly hasInput?: boolean;
}

export interface StartedProgram {
  readonly pid: number;
  /** Undefined without input. */
  readonly stdin: Writable | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** SIGKILL, unless it has ended. */
  readonly kill: () => void;
  /** Its end, after both of its outputs were read to theirs. */
  readonly ended: Promise<ProgramEnd>;
}

/** Returns when it is loaded; throws when it cannot be. */
export function startProgram(argv: readonly [string, ...string[]], options: StartOptions = {}): StartedProgram {
  const [file, ...rest] = argv;
  const { cwd: workingDir, env: environment = process.env, hasInput = false } = options;
  const pipes: PipeEnds[] = [];
  const open = () => pipes[pipes.push(openPipe()) - 1] as PipeEnds;
  let mine: readonly number[] = [];
  try {
    const [output, errors, input] = [open(), open(), hasInput ? open() : undefined];
    const streams = [input?.readFd, output.writeFd, errors.writeFd];
    const pid = posixSpawn({ file, argv: rest, environment, workingDir, streams, hasOwnSession: false });
    mine = [output.readFd, errors.readFd, ...(input ? [input.writeFd] : [])];
    const stdout = new Socket({ fd: output.readFd, readable: true, writable: false });
    const stderr = new Socket({ fd: errors.readFd, readable: true, writable: false });
    const stdin = input && new Socket({ fd: input.writeFd, readable: false, writable: true });
    return { stdin, stdout, stderr, ...watch(pid, [stdout, stderr]) };
  } finally {
    for (const fd of pipes.flatMap(({ readFd, writeFd }) => [readFd, writeFd])) if (!mine.includes(fd)) closeSync(fd);
  }
}

function watch(pid: number, outputs: readonly Socket[]): Pick<StartedProgram, 'pid' | 'kill' | 'ended'> {
  let isOver = false;
  const ended = Promise.all(outputs.map(closed)).then(async () => {
    let end = endOf(pid);
    for (let pause = 1; !end; pause = Math.min(pause * 2, LOOK_MS_MAX)) {
      await sleep(pause);
      end = endOf(pid);
    }
    isOver = true;
    return end;
  });
  return { pid, ended, kill: () => void (isOver || process.kill(pid, 'SIGKILL')) };
}

function closed(output: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // What was read until then counts; its end is seen all the same.
  output.on('error', () => undefined);
  output.on('close', () => resolve());
  return promise;
}
