/**
 * Mounts a step's overlay once more with shifted users: root in the step is an unprivileged user of the machine, yet what
 * it writes is stored as uid 0, so that layers look the same whoever built them. buildah's own user namespaces store the
 * shifted ids in the image, which no other machine could use.
 *
 * One idmapped clone of the store's overlay folder carries lower and upper layers alike. The overlay acts with the
 * credentials of its mounter, whose file-system user must therefore be one the mapping knows: the shifted root.
 * Everything happens on the calling thread of a short-lived program in the step's own mount namespace.
 */
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { asFileSystemUser, mountFileSystem, mountIdmapped, MOUNT_FLAGS } from '@slipway/kernel';
import type { OverlayLayers } from './overlay-layers.ts';

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
  const { nodev, nosuid } = MOUNT_FLAGS;
  mountFileSystem({
    source: 'tmpfs',
    target: MOUNTS_DIR,
    type: 'tmpfs',
    flags: nosuid | nodev,
    options: 'mode=711,size=64k',
  });
  const layersDir = join(MOUNTS_DIR, 'layers');
  const mountPoint = join(MOUNTS_DIR, 'root');
  mkdirSync(layersDir, { recursive: true });
  mkdirSync(mountPoint, { recursive: true });
  // buildah's own overlay holds the work folder beside the upper one, and the kernel wants one per mount.
  const upperDir = realpathSync(join(root.overlayDir, root.layers.upper));
  mkdirSync(join(upperDir, '..', 'slipway-work'), { recursive: true });
  mountIdmapped(root.overlayDir, layersDir, { userNamespacePath: root.userNamespacePath, writable: true });
  process.chdir(layersDir);
  const { lower, upper } = root.layers;
  const options = `lowerdir=${lower.join(':')},upperdir=${upper},workdir=${join(upper, '..', 'slipway-work')},metacopy=off,volatile`;
  asFileSystemUser(root.rootId, () =>
    mountFileSystem({ source: 'overlay', target: mountPoint, type: 'overlay', flags: nodev, options }),
  );
  process.chdir('/');
  return mountPoint;
}
