/**
 * Makes a user namespace with a given mapping and pins it to a file, so that file systems can be mounted "as seen by" its
 * users without any process living in it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlink, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { runProcess } from '@slipway/process';

const WAIT_ROUNDS_MAX = 500;
const WAIT_ROUND_MS = 2;

/** Idempotent: whatever was pinned to the file before is let go. */
export async function pinUserNamespace(
  path: string,
  users: { readonly base: number; readonly count: number },
): Promise<void> {
  await unpinUserNamespace(path);
  await writeFile(path, '');
  const holder = spawn('unshare', ['--user', '--', 'cat'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = once(holder, 'close');
  try {
    await once(holder, 'spawn');
    await enteredOwnNamespace(holder.pid ?? 0);
    const mapping = `0 ${users.base} ${users.count}\n`;
    await writeFile(`/proc/${holder.pid}/uid_map`, mapping);
    await writeFile(`/proc/${holder.pid}/gid_map`, mapping);
    await runProcess(['mount', '--bind', `/proc/${holder.pid}/ns/user`, path]);
  } finally {
    holder.stdin.end();
    await ended;
  }
}

export async function unpinUserNamespace(path: string): Promise<void> {
  // 32: nothing was mounted there, 1: the file does not exist.
  await runProcess(['umount', '--lazy', path], { allowExitCodes: [0, 1, 32] });
}

async function enteredOwnNamespace(pid: number): Promise<void> {
  const ours = await readlink('/proc/self/ns/user');
  for (let round = 0; round < WAIT_ROUNDS_MAX; round += 1) {
    if ((await readlink(`/proc/${pid}/ns/user`)) !== ours) return;
    await delay(WAIT_ROUND_MS);
  }
  throw new Error('Cannot make a user namespace for builds: unshare(1) did not enter one');
}
