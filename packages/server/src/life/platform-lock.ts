/**
 * One daemon per platform: the lock is an abstract Unix socket named after the run folder. The kernel gives the name to
 * one process at a time and takes it back when that process ends in whatever way, `kill -9` included, so there is
 * nothing stale to clean up and no moment in which two hold it. Whoever connects is told the holder's process id.
 */
import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { StartupFailure } from './startup-failure.ts';

/** How long a holder may take to say who it is; it may be too busy, or frozen. */
const ANSWER_MS_MAX = 500;

export interface PlatformLock extends AsyncDisposable {
  release(): Promise<void>;
}

/** Throws StartupFailure('already_running') while another process holds the lock. */
export async function takePlatformLock(runDir: string): Promise<PlatformLock> {
  await mkdir(runDir, { recursive: true, mode: 0o755 });
  const name = await socketName(runDir);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(`${process.pid}\n`);
  });
  try {
    await listen(server, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    const pid = await askHolder(name);
    const who = pid === undefined ? 'another process' : `process ${pid}`;
    const message = `Cannot start the platform of ${runDir}: ${who} runs it already. Stop that one first: slipway down`;
    throw new StartupFailure('already_running', message, { cause: error });
  }
  // The lock alone does not keep a process alive that has nothing else to do.
  server.unref();
  const release = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { release, [Symbol.asyncDispose]: release };
}

/** Abstract names have 107 bytes at most, a path may be longer: hence the digest. */
async function socketName(runDir: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await realpath(runDir))
    .digest('hex');
  return `\0slipway-${digest}`;
}

function listen(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ path }, () => {
    server.off('error', reject);
    resolve();
  });
  return promise;
}

async function askHolder(path: string): Promise<number | undefined> {
  const socket = connect({ path });
  const timer = setTimeout(() => socket.destroy(new Error('The holder does not answer')), ANSWER_MS_MAX);
  try {
    const pid = Number((await text(socket)).trim());
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    // It ended in between, or is stopped: who it is only embellishes the message.
    return undefined;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
