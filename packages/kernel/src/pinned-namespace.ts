/**
 * Makes Linux namespaces that live without a process: a short-lived `cat` is born in the new namespace, the namespace is
 * bind-mounted on a file, and the `cat` ends. `cat` answering what it is sent proves that it is inside.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { MOUNT_FLAGS, mountFileSystem, unmount } from './system-calls.ts';

const BIRTH_TIMEOUT_MS = 10_000;

type Holder = ChildProcessByStdio<Writable, Readable, Readable>;

async function born(argv: readonly [string, ...string[]]): Promise<Holder> {
  const [program, ...rest] = argv;
  const holder = spawn(program, rest, { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  holder.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-1000)));
  const signal = AbortSignal.timeout(BIRTH_TIMEOUT_MS);
  const ended = once(holder, 'close', { signal }).then(() => {
    throw new Error(`Cannot make a namespace: ${argv.join(' ')} ended: ${said.trim()}`);
  });
  holder.stdin.on('error', () => undefined);
  holder.stdin.write('\n');
  try {
    await Promise.race([once(holder.stdout, 'data', { signal }), ended]);
  } catch (error) {
    holder.kill('SIGKILL');
    throw error;
  }
  ended.catch(() => undefined);
  return holder;
}

async function release(holder: Holder): Promise<void> {
  const closed = once(holder, 'close');
  holder.stdin.end();
  await closed;
}

function pin(holder: Holder, kind: 'net' | 'user', path: string): void {
  unmount(path);
  writeFileSync(path, '');
  const source = `/proc/${holder.pid}/ns/${kind}`;
  mountFileSystem({ source, target: path, type: 'none', flags: MOUNT_FLAGS.bind, options: '' });
}

/** A user namespace in which ids 0 … size-1 are the host's `hostId` onward. */
export async function pinUserNamespace(
  path: string,
  ids: { readonly hostId: number; readonly size: number },
): Promise<void> {
  const holder = await born(['unshare', '--user', '--', 'cat']);
  try {
    writeFileSync(`/proc/${holder.pid}/uid_map`, `0 ${ids.hostId} ${ids.size}\n`);
    writeFileSync(`/proc/${holder.pid}/gid_map`, `0 ${ids.hostId} ${ids.size}\n`);
    pin(holder, 'user', path);
  } finally {
    await release(holder);
  }
}

/** An empty network namespace, owned by the user namespace if one is given. */
export async function pinNetworkNamespace(path: string, userNamespacePath: string | undefined): Promise<void> {
  const make = ['unshare', '--net', '--', 'cat'] as const;
  const holder = await born(
    userNamespacePath === undefined ? make : ['nsenter', `--user=${userNamespacePath}`, '--', ...make],
  );
  try {
    pin(holder, 'net', path);
  } finally {
    await release(holder);
  }
}
