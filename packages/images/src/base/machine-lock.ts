/**
 * A lock between processes of one machine: flock(1) holds it for as long as its standard input is open. The kernel
 * closes that when we die, however we die, so a lock is never left behind.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface MachineLock extends AsyncDisposable {
  release(): Promise<void>;
}

/** Waits for the lock until the signal aborts. */
export async function takeMachineLock(path: string, signal: AbortSignal): Promise<MachineLock> {
  // cat answers the first byte only when flock has let it start: then the lock is ours.
  const child = spawn('flock', ['--exclusive', path, 'cat'], { stdio: ['pipe', 'pipe', 'ignore'], signal });
  const ended = once(child, 'exit').catch(() => undefined);
  child.stdin.on('error', () => undefined);
  child.stdin.write('.');
  const answered = once(child.stdout, 'data', { signal });
  const failed = ended.then(() => {
    signal.throwIfAborted();
    throw new Error(`Cannot lock "${path}": flock ended`);
  });
  failed.catch(() => undefined);
  await Promise.race([answered, failed]);

  async function release(): Promise<void> {
    child.stdin.end();
    child.stdout.resume();
    await ended;
  }
  return { release, [Symbol.asyncDispose]: release };
}
