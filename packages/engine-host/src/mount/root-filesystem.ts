/**
 * An instance's root: an overlay of the image's layers, seen through the project's user namespace, and a writable layer
 * on disk. The mapped layers are mounted once per project and kept; the overlay is detached from our mount namespace as
 * soon as the instance runs (its own namespace keeps it alive), so mounts never pile up and none outlives its instance.
 */
import { chownSync, existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { mountFileSystem, mountIdmapped, MOUNT_FLAGS, unmount } from '@slipway/kernel';
import { keyOf } from '../instance/machine-layout.ts';

/** Mapped layer mounts kept; every mount makes each new mount namespace a little slower to make. */
const LAYER_MOUNTS_MAX = 256;
/** One page, with the terminating zero. Source: mount(2). */
const MOUNT_OPTIONS_MAX = 4095;

export interface UserMapping {
  readonly ordinal: number;
  readonly userNamespacePath: string;
  readonly hostRootId: number;
}

interface LayerMount {
  readonly target: string;
  readonly device: number;
  readonly inode: number;
}

/** The mapped layers of all projects; the least recently used leave first. Overlays made from one do not need it. */
export class LayerMounts {
  readonly #dir: string;
  readonly #mounts = new Map<string, LayerMount>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** A folder showing the layer to the project's users. */
  target(layerDir: string, mapping: UserMapping): string {
    const key = `${mapping.ordinal}:${layerDir}`;
    // A layer collected and pulled again is another folder of the same name: the inode tells.
    const { dev, ino } = statSync(layerDir);
    const known = this.#mounts.get(key);
    this.#mounts.delete(key);
    if (known && known.device === dev && known.inode === ino) {
      this.#mounts.set(key, known);
      return known.target;
    }
    const target = join(this.#dir, keyOf(key));
    unmount(target);
    mkdirSync(target, { recursive: true });
    mountIdmapped(layerDir, target, { userNamespacePath: mapping.userNamespacePath, writable: false });
    this.#mounts.set(key, { target, device: dev, inode: ino });
    const [oldest] = this.#mounts.keys();
    if (this.#mounts.size > LAYER_MOUNTS_MAX && oldest !== undefined) this.#forget(oldest);
    return target;
  }

  removeProject(ordinal: number): void {
    for (const key of this.#mounts.keys()) if (key.startsWith(`${ordinal}:`)) this.#forget(key);
  }

  /** Also those a killed daemon left. */
  clear(): void {
    for (const name of readdirSync(this.#dir)) detachFolder(join(this.#dir, name));
    this.#mounts.clear();
  }

  #forget(key: string): void {
    const mount = this.#mounts.get(key);
    this.#mounts.delete(key);
    if (mount) detachFolder(mount.target);
  }
}

export interface RootPlaces {
  readonly rootDir: string;
  readonly scratchDir: string;
}

/** Mounts the root of a new instance. `layers` are lowest first; overlayfs wants the highest first. */
export function mountRoot(places: RootPlaces, layers: readonly string[], hostRootId: number): void {
  const upper = join(places.scratchDir, 'u');
  const work = join(places.scratchDir, 'w');
  for (const dir of [upper, work, places.rootDir]) mkdirSync(dir, { recursive: true, mode: 0o755 });
  chownSync(upper, hostRootId, hostRootId);
  const options = `lowerdir=${layers.toReversed().join(':')},upperdir=${upper},workdir=${work}`;
  if (Buffer.byteLength(options) > MOUNT_OPTIONS_MAX) {
    throw new Error(
      `Cannot mount the image: it has ${layers.length} layers and their paths do not fit. Use a shorter run folder`,
    );
  }
  const flags = MOUNT_FLAGS.nodev | MOUNT_FLAGS.nosuid;
  mountFileSystem({ source: 'overlay', target: places.rootDir, type: 'overlay', flags, options });
}

export async function removeRoot(places: RootPlaces): Promise<void> {
  unmount(places.rootDir);
  await rm(places.scratchDir, { recursive: true, force: true });
}

/** rmdir, never a recursive removal: were the mount still there, that would empty the image store's layer. */
function detachFolder(path: string): void {
  unmount(path);
  if (existsSync(path)) rmdirSync(path);
}
