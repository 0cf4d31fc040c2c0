/**
 * The few Linux system calls Node does not offer, through koffi. Each is one kernel call on the calling thread, so it
 * costs microseconds where a `mount` process costs milliseconds: that difference is the cold start. Everything about
 * what to mount where is decided by the callers. Numbers of the newer calls are the same on x86-64 and arm64.
 */
import { closeSync, openSync } from 'node:fs';
import koffi from 'koffi';

const libc = koffi.load(null);
const mountCall = libc.func(
  'int mount(const char *source, const char *target, const char *type, ulong flags, str data)',
);
const umountCall = libc.func('int umount2(const char *target, int flags)');
const openTreeCall = libc.func('long syscall(long number, int dirFd, const char *path, uint flags)');
const mountSetattrCall = libc.func(
  'long syscall(long number, int dirFd, const char *path, uint flags, void *attributes, size_t size)',
);
const moveMountCall = libc.func(
  'long syscall(long number, int fromDirFd, const char *fromPath, int toDirFd, const char *toPath, uint flags)',
);
const setnsCall = libc.func('int setns(int fd, int type)');
const prctlCall = libc.func('int prctl(int option, ulong a, ulong b, ulong c, ulong d)');
const setfsuidCall = libc.func('int setfsuid(uint uid)');
const setfsgidCall = libc.func('int setfsgid(uint gid)');

const CLONE_NEWNET = 0x40000000;
const OPEN_TREE = 428;
const MOVE_MOUNT = 429;
const MOUNT_SETATTR = 442;
const AT_FDCWD = -100;
const AT_EMPTY_PATH = 0x1000;
const OPEN_TREE_CLONE = 1;
const OPEN_TREE_CLOEXEC = 0o2000000;
const MOVE_MOUNT_F_EMPTY_PATH = 0x4;
const MOUNT_ATTR_RDONLY = 0x1n;
const MOUNT_ATTR_NOSUID = 0x2n;
const MOUNT_ATTR_NODEV = 0x4n;
const MOUNT_ATTR_IDMAP = 0x100000n;
const MNT_DETACH = 2;
const UMOUNT_NOFOLLOW = 8;
const PR_SET_SECUREBITS = 28;
const SECBIT_NO_SETUID_FIXUP = 4;

export const MOUNT_FLAGS = { readonly: 1, nosuid: 2, nodev: 4, noexec: 8, remount: 32, bind: 4096 } as const;

/** A refused system call; `code` is the errno's name, e.g. `EPERM`. */
export class SystemCallFailure extends Error {
  override readonly name = 'SystemCallFailure';
  readonly code: string;

  constructor(call: string, errno: number) {
    const code = Object.entries(koffi.os.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`;
    super(`Cannot ${call}: ${code}`);
    this.code = code;
  }
}

function checked(result: number | bigint, call: string): number {
  if (Number(result) < 0) throw new SystemCallFailure(call, koffi.errno());
  return Number(result);
}

export interface MountRequest {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly flags: number;
  readonly options: string;
}

export function mountFileSystem(request: MountRequest): void {
  const { source, target, type, flags, options } = request;
  checked(mountCall(source, target, type, flags, options === '' ? null : options), `mount ${type} on ${target}`);
}

/** Detaches a mount; what still uses it keeps it alive. False when nothing is mounted there. */
export function unmount(target: string): boolean {
  try {
    checked(umountCall(target, MNT_DETACH | UMOUNT_NOFOLLOW), `unmount ${target}`);
    return true;
  } catch (error) {
    if (error instanceof SystemCallFailure && (error.code === 'EINVAL' || error.code === 'ENOENT')) return false;
    throw error;
  }
}

/** The same by a thread of the pool: the kernel takes its time to let a mount go, and a wave of starts needs ours. */
export async function unmountAside(target: string): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  umountCall.async(target, MNT_DETACH | UMOUNT_NOFOLLOW, (error: unknown, result: number) =>
    error ? reject(error) : resolve(result),
  );
  // What was wrong is told to that thread alone, so this one asks again.
  return (await promise) === 0 || unmount(target);
}

export interface MappedView {
  /** File the user namespace is pinned to. */
  readonly userNamespacePath: string;
  /** False: read-only, and neither devices nor set-user-id programs work. */
  readonly writable: boolean;
}

/** Mounts `source` on `target` as seen through a user namespace: a file of uid 0 on disk belongs to the namespace's root. */
export function mountIdmapped(source: string, target: string, view: MappedView): void {
  const restrictions = view.writable ? 0n : MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  const userNamespaceFd = openSync(view.userNamespacePath, 'r');
  try {
    const flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;
    const tree = checked(openTreeCall(OPEN_TREE, AT_FDCWD, source, flags), `open the tree ${source}`);
    try {
      const attributes = Buffer.alloc(32);
      attributes.writeBigUInt64LE(MOUNT_ATTR_IDMAP | restrictions, 0);
      attributes.writeBigUInt64LE(BigInt(userNamespaceFd), 24);
      checked(
        mountSetattrCall(MOUNT_SETATTR, tree, '', AT_EMPTY_PATH, attributes, attributes.length),
        `map the user ids of ${source}`,
      );
      checked(moveMountCall(MOVE_MOUNT, tree, '', AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH), `mount on ${target}`);
    } finally {
      closeSync(tree);
    }
  } finally {
    closeSync(userNamespaceFd);
  }
}

/**
 * Runs `work` with the calling thread inside a network namespace. Strictly synchronous: a child spawned by `work` starts
 * in that namespace, and /proc/sys/net is that namespace's. A thread that could not come back would be a disaster, so
 * that ends the process.
 */
export function inNetworkNamespace<T>(namespaceFd: number, ownFd: number, work: () => T): T {
  checked(setnsCall(namespaceFd, CLONE_NEWNET), 'enter a network namespace');
  try {
    return work();
  } finally {
    if (setnsCall(ownFd, CLONE_NEWNET) !== 0) process.abort();
  }
}

/**
 * Runs `work` with the calling thread's file-system user and group set to `id`, all else root's. Strictly synchronous.
 * The secure bit is needed because the kernel takes root's rights from a thread whose file-system user is not root.
 */
export function asFileSystemUser<T>(id: number, work: () => T): T {
  checked(prctlCall(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0), 'keep capabilities');
  setfsgidCall(id);
  setfsuidCall(id);
  try {
    return work();
  } finally {
    setfsuidCall(0);
    setfsgidCall(0);
    prctlCall(PR_SET_SECUREBITS, 0, 0, 0, 0);
  }
}
