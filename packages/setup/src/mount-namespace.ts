/**
 * The platform's private mount namespace, made once and kept by a bind mount at `<runDir>/mnt`. The daemon and all it
 * starts live in it: mounts of apps never show outside, survive the daemon, and on hosts with hybrid cgroups the
 * `unified` mount is hidden there, without which crun refuses to work.
 *
 * The run folder is in memory, as /run of most machines is: a start writes some twenty small files there, and a disk's
 * file system is slow to make files where many were deleted a moment ago, which is what instances that come and go do.
 */
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProcessFailure, runProcess } from '@slipway/process';

const HYBRID_MOUNT = '/sys/fs/cgroup/unified';
/** Source: linux/magic.h, TMPFS_MAGIC. */
const TMPFS_MAGIC = 0x01021994;
/** The share of memory that systemd gives to /run. It is a bound: an instance has some 100 KiB there. */
const MEMORY_OPTIONS = 'mode=755,nosuid,nodev,size=20%';

export function mountNamespacePath(runDir: string): string {
  return join(runDir, 'mnt');
}

/** argv that runs a program inside the namespace, in a folder (nsenter would go to `/` otherwise). */
export function enterArgv(runDir: string, workDir: string): readonly [string, ...string[]] {
  return ['nsenter', `--mount=${mountNamespacePath(runDir)}`, `--wd=${workDir}`, '--'];
}

export async function hasMountNamespace(runDir: string): Promise<boolean> {
  return mountPoints(await readFile('/proc/self/mountinfo', 'utf8')).has(mountNamespacePath(runDir));
}

/** Makes the namespace when it is not there. The caller holds the platform's lock. */
export async function ensureMountNamespace(runDir: string): Promise<void> {
  await mkdir(runDir, { recursive: true, mode: 0o755 });
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  const mounts = mountPoints(table);
  const path = mountNamespacePath(runDir);
  if (mounts.has(path)) return;
  // The kernel refuses to bind a mount namespace below a shared mount, so the folder becomes a private one.
  if (!mounts.has(runDir)) await runProcess(await runFolderMount(runDir));
  await runProcess(['mount', '--make-private', runDir]);
  await writeFile(path, '');
  await pinNewNamespace(path);
  const inside = ['nsenter', `--mount=${path}`, '--'] as const;
  if (mounts.has(HYBRID_MOUNT)) await runProcess([...inside, 'umount', HYBRID_MOUNT]);
}

async function runFolderMount(runDir: string): Promise<readonly [string, ...string[]]> {
  const isInMemory = (await statfs(runDir)).type === TMPFS_MAGIC;
  if (isInMemory) return ['mount', '--bind', runDir, runDir];
  return ['mount', '-t', 'tmpfs', '-o', MEMORY_OPTIONS, 'tmpfs', runDir];
}

/**
 * The kernel lets a mount namespace be pinned only inside an older one, and tells age by an id. Since 6.17 each processor
 * hands out ids from a range of its own, so a new namespace may look older than ours (EINVAL) when another processor
 * made it: then every processor is asked in turn. Never so where ours is the machine's first.
 */
async function pinNewNamespace(path: string): Promise<void> {
  const unshare = ['unshare', `--mount=${path}`, '--propagation=private', '--', 'true'] as const;
  try {
    await runProcess(unshare);
    return;
  } catch (error) {
    if (!isLooksOlder(error)) throw error;
  }
  const processors = parseProcessorList(await readFile('/proc/self/status', 'utf8'));
  for (const [index, processor] of processors.entries()) {
    try {
      await runProcess(['taskset', '--cpu-list', String(processor), ...unshare]);
      return;
    } catch (error) {
      if (!isLooksOlder(error) || index === processors.length - 1) throw error;
    }
  }
}

function isLooksOlder(error: unknown): boolean {
  return error instanceof ProcessFailure && /Invalid argument/.test(error.stderr);
}

/** The processors this process may run on: `Cpus_allowed_list: 0-1,4` of /proc/self/status → 0, 1, 4. */
export function parseProcessorList(status: string): readonly number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '0';
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_none, offset) => first + offset);
  });
}

/** Lets the namespace go; its mounts end with the last process inside. */
export async function removeMountNamespace(runDir: string): Promise<void> {
  const path = mountNamespacePath(runDir);
  for (const mount of [path, runDir]) {
    // A folder may have been mounted twice by an interrupted set-up.
    while (mountPoints(await readFile('/proc/self/mountinfo', 'utf8')).has(mount)) {
      await runProcess(['umount', '--lazy', mount]);
    }
  }
  await rm(runDir, { recursive: true, force: true });
}

/** The mount points of the text of /proc/self/mountinfo, with its octal escapes undone. */
export function mountPoints(mountInfo: string): ReadonlySet<string> {
  const points = new Set<string>();
  for (const line of mountInfo.split('\n')) {
    const point = line.split(' ')[4];
    if (point === undefined) continue;
    points.add(
      point.replaceAll(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    );
  }
  return points;
}
