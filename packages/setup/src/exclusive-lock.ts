/**
 * A lock between processes that the kernel releases when its holder dies: `flock FILE cat` holds it, and echoes one line
 * once it has it. Closing its input ends `cat`, and so the lock.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SetupFault } from './setup-fault.ts';

export interface ExclusiveLock extends AsyncDisposable {
  /** Another process held the lock first. */
  readonly waited: boolean;
}

/** Longer than the slowest step done under a lock: installing packages. */
const WAIT_MS_MAX = 20 * 60_000;
const CONTENDED_AFTER_MS = 300;

export async function takeLock(
  path: string,
  options: { readonly signal?: AbortSignal; readonly onWait?: () => void } = {},
): Promise<ExclusiveLock> {
  await mkdir(dirname(path), { recursive: true });
  const child = spawn('flock', ['--wait', String(WAIT_MS_MAX / 1000), path, 'cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    signal: options.signal,
  });
  let waited = false;
  const timer = setTimeout(() => {
    waited = true;
    options.onWait?.();
  }, CONTENDED_AFTER_MS);
  try {
    child.stdin.write('held\n');
    const gone = once(child, 'exit').then(() => {
      throw new SetupFault(`Cannot take the lock ${path}: another process holds it for more than 20 minutes`);
    });
    await Promise.race([once(child.stdout, 'data'), gone]);
    gone.catch(() => undefined);
  } finally {
    clearTimeout(timer);
  }
  return {
    waited,
    async [Symbol.asyncDispose]() {
      // Aborted, or by Ctrl-C of the terminal, it has ended by a signal and without a code.
      const isAlive = child.exitCode === null && child.signalCode === null;
      // The abort is told here as well, and was told to whoever holds the lock.
      const ended = isAlive ? once(child, 'exit').catch(() => undefined) : undefined;
      child.stdin.end();
      await ended;
    },
  };
}
