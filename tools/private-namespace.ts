/**
 * A mount namespace of one's own for what drives crun and mounts: mounts left behind vanish with it, and the second
 * cgroup hierarchy of hybrid machines, which crun refuses, is hidden there and nowhere else.
 */
import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from './repository.ts';

const UNIFIED_MOUNT = '/sys/fs/cgroup/unified';

/** What stands before a program's argv; nothing for a caller who is not root and could not enter one. */
export async function privateNamespaceArguments(): Promise<readonly string[]> {
  if (process.getuid?.() !== 0) return [];
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  const enter = ['unshare', '--mount', '--propagation', 'private', '--wd', REPOSITORY_ROOT];
  if (!mounts.split('\n').some((line) => line.split(' ')[1] === UNIFIED_MOUNT)) return enter;
  const outside = await readlink('/proc/self/ns/mnt');
  return [...enter, process.execPath, join(REPOSITORY_ROOT, 'tools/without-mount.ts'), outside, UNIFIED_MOUNT];
}
