/** Programs that benchmarks start and end: a server and its port, and the time until its first byte. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const FIRST_BYTE_DEADLINE_MS = 20_000;
const END_DEADLINE_MS = 5000;
const RETRY_PAUSE_MS = 1;
const SUCCESS = 'HTTP/1.1 200';

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a long-lived program without a word; it is ended with the stack. */
export function startProgram(
  argv: readonly [string, ...string[]],
  options: { readonly env?: Readonly<Record<string, string>>; readonly stack?: AsyncDisposableStack } = {},
): ChildProcess {
  const [program, ...rest] = argv;
  const child = spawn(program, rest, { stdio: 'ignore', env: { ...process.env, ...options.env } });
  // A program that does not start shows in the wait for its first byte, with a message of its own.
  child.on('error', () => undefined);
  options.stack?.defer(() => endProgram(child));
  return child;
}

export async function endProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const limit = setTimeout(() => child.kill('SIGKILL'), END_DEADLINE_MS);
  await ended;
  clearTimeout(limit);
}

export interface FirstByteQuestion {
  readonly port: number;
  readonly address?: string;
  /** Value of the Host header. */
  readonly host?: string;
  /** An answer that is no success counts as none. */
  readonly isSuccess?: boolean;
  readonly startedAt: number;
}

/** Milliseconds from `startedAt` until a GET brings its first byte. A refused connection is tried again after 1 ms. */
export async function firstByteMs(question: FirstByteQuestion): Promise<number> {
  const { port, startedAt } = question;
  while (performance.now() - startedAt < FIRST_BYTE_DEADLINE_MS) {
    if (await tryFirstByte(question)) return performance.now() - startedAt;
    await delay(RETRY_PAUSE_MS);
  }
  throw new Error(`Cannot measure port ${port}: no answer within ${FIRST_BYTE_DEADLINE_MS} ms`);
}

function tryFirstByte({
  port,
  address = '127.0.0.1',
  host = 'bench',
  isSuccess = false,
}: FirstByteQuestion): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = createConnection({ port, host: address, noDelay: true });
  socket.once('connect', () => socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`));
  socket.once('data', (data: Buffer) => resolve(!isSuccess || data.toString('latin1', 0, SUCCESS.length) === SUCCESS));
  socket.once('error', () => resolve(false));
  socket.once('close', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
