/**
 * Mounts a step's overlay once more with shifted users: root in the step is an unprivileged user of the machine, yet what
 * it writes is stored as uid 0, so that layers look the same whoever built them. buildah's own user namespaces store the
 * shifted ids in the image, which no other machine could use.
 *
 * One idmapped clone of the store's overlay folder carries lower and upper layers alike. The overlay acts with the
 * credentials of its mounter, whose file-system user must therefore be one the mapping knows: the shifted root.
 * Everything happens on the calling thread of a short-lived program in the step's own mount namespace.
 */
import { closeSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import koffi from 'koffi';
import type { OverlayLayers } from './overlay-layers.ts';

const libc = koffi.load(null);
const mountCall = libc.func(
  'int mount(const char *source, const char *target, const char *type, ulong flags, str data)',
);
const openTreeCall = libc.func('long syscall(long number, int dirFd, const char *path, uint flags)');
const mountSetattrCall = libc.func(
  'long syscall(long number, int dirFd, const char *path, uint flags, void *attributes, size_t size)',
);
const moveMountCall = libc.func(
  'long syscall(long number, int fromDirFd, const char *fromPath, int toDirFd, const char *toPath, uint flags)',
);
const prctlCall = libc.func('int prctl(int option, ulong a, ulong b, ulong c, ulong d)');
const setfsuidCall = libc.func('int setfsuid(uint uid)');
const setfsgidCall = libc.func('int setfsgid(uint gid)');

// The numbers of these calls are the same on x86-64 and arm64.
const OPEN_TREE = 428;
const MOVE_MOUNT = 429;
const MOUNT_SETATTR = 442;
const AT_FDCWD = -100;
const AT_EMPTY_PATH = 0x1000;
const OPEN_TREE_CLONE = 1;
const MOVE_MOUNT_F_EMPTY_PATH = 0x4;
const MOUNT_ATTR_IDMAP = 0x100000n;
const MOUNT_ATTR_BYTES = 32;
const PR_SET_SECUREBITS = 28;
const SECBIT_NO_SETUID_FIXUP = 4;

const MS_NODEV = 4;
const MS_NOSUID_NODEV = 6;
/**
 * The mount points are in the step's own mount namespace, so every step may use the same; and a shifted user must be able
 * to walk there, which it is not through the platform's private folders. This folder is on every Linux machine.
 */
const MOUNTS_DIR = '/mnt';

export interface ShiftedRoot {
  readonly overlayDir: string;
  readonly layers: OverlayLayers;
  readonly userNamespacePath: string;
  /** The user of the machine that root in the step is. */
  readonly rootId: number;
}

/** Path of the mounted file system. */
export function mountShiftedRoot(root: ShiftedRoot): string {
  check(mountCall('tmpfs', MOUNTS_DIR, 'tmpfs', MS_NOSUID_NODEV, 'mode=711,size=64k'), `mount ${MOUNTS_DIR}`);
  const layersDir = join(MOUNTS_DIR, 'layers');
  const mountPoint = join(MOUNTS_DIR, 'root');
  mkdirSync(layersDir, { recursive: true });
  mkdirSync(mountPoint, { recursive: true });
  // buildah's own overlay holds the work folder beside the upper one, and the kernel wants one per mount.
  const upperDir = realpathSync(join(root.overlayDir, root.layers.upper));
  mkdirSync(join(upperDir, '..', 'slipway-work'), { recursive: true });
  mountIdmapped(root.overlayDir, layersDir, root.userNamespacePath);
  process.chdir(layersDir);
  const { lower, upper } = root.layers;
  const options = `lowerdir=${lower.join(':')},upperdir=${upper},workdir=${join(upper, '..', 'slipway-work')},metacopy=off,volatile`;
  asUser(root.rootId, () =>
    check(mountCall('overlay', mountPoint, 'overlay', MS_NODEV, options), `mount ${mountPoint}`),
  );
  process.chdir('/');
  return mountPoint;
}

function mountIdmapped(source: string, target: string, userNamespacePath: string): void {
  const userNamespace = openSync(userNamespacePath, 'r');
  const tree = check(openTreeCall(OPEN_TREE, AT_FDCWD, source, OPEN_TREE_CLONE), `open the tree ${source}`);
  const attributes = Buffer.alloc(MOUNT_ATTR_BYTES);
  attributes.writeBigUInt64LE(MOUNT_ATTR_IDMAP, 0);
  attributes.writeBigUInt64LE(BigInt(userNamespace), 24);
  const mapped = mountSetattrCall(MOUNT_SETATTR, tree, '', AT_EMPTY_PATH, attributes, attributes.length);
  check(mapped, `map the users of ${source}`);
  check(moveMountCall(MOVE_MOUNT, tree, '', AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH), `mount on ${target}`);
  closeSync(tree);
  closeSync(userNamespace);
}

/** Without this bit the kernel takes root's rights away from a thread whose file-system user is not root. */
function asUser(id: number, work: () => void): void {
  check(prctlCall(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0), 'keep capabilities');
  setfsgidCall(id);
  setfsuidCall(id);
  try {
    work();
  } finally {
    setfsuidCall(0);
    setfsgidCall(0);
    prctlCall(PR_SET_SECUREBITS, 0, 0, 0, 0);
  }
}

function check(result: number | bigint, call: string): number {
  if (Number(result) >= 0) return Number(result);
  const errno = koffi.errno();
  const code = Object.entries(koffi.os.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`;
  throw new Error(`Cannot ${call}: ${code}`);
}
