/**
 * Makes Linux namespaces that live without a process: a short-lived `cat` is born in the new namespace, the namespace is
 * bind-mounted on a file, and the `cat` ends. `cat` answering what it is sent proves that it is inside.
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { startProgram, type StartedProgram } from './started-program.ts';
import { MOUNT_FLAGS, mountFileSystem, unmount } from './system-calls.ts';

const BIRTH_TIMEOUT_MS = 10_000;

async function born(argv: readonly [string, ...string[]]): Promise<StartedProgram> {
  const holder = startProgram(argv, { hasInput: true });
  let said = '';
  holder.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-1000)));
  const ended = holder.ended.then(() => {
    throw new Error(`Cannot make a namespace: ${argv.join(' ')} ended: ${said.trim()}`);
  });
  holder.stdin?.on('error', () => undefined);
  holder.stdin?.write('\n');
  try {
    const answered = once(holder.stdout, 'data', { signal: AbortSignal.timeout(BIRTH_TIMEOUT_MS) });
    await Promise.race([answered, ended]);
  } catch (error) {
    holder.kill();
    throw error;
  }
  ended.catch(() => undefined);
  return holder;
}

async function release(holder: StartedProgram): Promise<void> {
  holder.stdin?.end();
  await holder.ended;
}

function pin(holder: StartedProgram, kind: 'net' | 'user', path: string): void {
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
