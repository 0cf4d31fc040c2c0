/**
 * The volumes of every project, each project's on a file system of its own in memory: values of secrets never touch a
 * disk, one project cannot take the room of another, and all of it goes with one unmount. Instances mount a volume's
 * folder, so one write serves all of them; they keep what they mounted, however often the daemon restarts.
 */
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EngineFault, type VolumeWorkload } from '@slipway/engine';
import { mountFileSystem, MOUNT_FLAGS, SystemCallFailure, unmount } from '@slipway/kernel';
import { VOLUME_LIMITS } from '@slipway/spec';
import { keyOf } from '../instance/machine-layout.ts';
import { giveFilesTo, isVolume, writeVolume } from './volume-folder.ts';

/** What the control plane lets a project mount, its next content beside it, and volumes that end with their instances. */
const SIZE_BYTES = 4 * VOLUME_LIMITS.projectBytesMax;
/** A file and its link take an inode each. */
const FILES_MAX = (2 * SIZE_BYTES) / VOLUME_LIMITS.blockBytes;

export interface VolumeOwner {
  readonly ordinal: number;
  /** The user that is root inside the project's instances. */
  readonly hostRootId: number;
}

interface VolumeChoice {
  readonly ordinal: number;
  readonly volumeName: string;
}

export class ProjectVolumes {
  readonly #dir: string;
  readonly #foldersInUse: () => ReadonlySet<string>;
  /** Names of the volumes that may be mounted, by the project's ordinal, and whether one is private. */
  readonly #names = new Map<number, ReadonlyMap<string, boolean>>();

  /** `foldersInUse` says what instances have mounted, those included that are about to start. */
  constructor(dir: string, foldersInUse: () => ReadonlySet<string>) {
    this.#dir = dir;
    this.#foldersInUse = foldersInUse;
  }

  /** Writes what it can, then throws for what it could not: one volume too large must not keep others from their files. */
  apply({ ordinal, hostRootId }: VolumeOwner, volumes: readonly VolumeWorkload[]): void {
    const dir = join(this.#dir, String(ordinal));
    this.#removeUnwanted(dir, volumes);
    if (volumes.length > 0) mountMemory(dir, hostRootId);
    const names = new Map<string, boolean>();
    const failures: unknown[] = [];
    for (const { volumeName, files, isPrivate = false } of volumes) {
      const folder = join(dir, keyOf(volumeName));
      try {
        writeVolume(folder, files, { ownerId: hostRootId, isPrivate });
      } catch (error) {
        failures.push(error);
      }
      if (isVolume(folder)) names.set(volumeName, isPrivate);
    }
    this.#names.set(ordinal, names);
    if (existsSync(dir) && readdirSync(dir).length === 0) removeMemory(dir);
    if (failures.length > 0) throw faultOf(failures);
  }

  has({ ordinal, volumeName }: VolumeChoice): boolean {
    return this.#names.get(ordinal)?.has(volumeName) === true;
  }

  /** For an instance that starts as this user of the host. Undefined when the project has no such volume now. */
  folderFor(hostUserId: number, { ordinal, volumeName }: VolumeChoice): string | undefined {
    const isPrivate = this.#names.get(ordinal)?.get(volumeName);
    if (isPrivate === undefined) return undefined;
    const folder = join(this.#dir, String(ordinal), keyOf(volumeName));
    if (isPrivate) giveFilesTo(folder, hostUserId);
    return folder;
  }

  remove(ordinal: number): void {
    this.#names.delete(ordinal);
    removeMemory(join(this.#dir, String(ordinal)));
  }

  /** Instances go on seeing a volume that is no more; the next call after their end removes it. */
  #removeUnwanted(dir: string, volumes: readonly VolumeWorkload[]): void {
    if (!existsSync(dir)) return;
    const wanted = new Set(volumes.map(({ volumeName }) => keyOf(volumeName)));
    const gone = readdirSync(dir).filter((key) => !wanted.has(key));
    if (gone.length === 0) return;
    const inUse = this.#foldersInUse();
    for (const folder of gone.map((key) => join(dir, key))) {
      if (!inUse.has(folder)) rmSync(folder, { recursive: true });
    }
  }
}

/** Only the project's own root finds the way in. */
function mountMemory(dir: string, ownerId: number): void {
  mkdirSync(dir, { recursive: true });
  if (isMountPoint(dir)) return;
  const flags = MOUNT_FLAGS.nosuid | MOUNT_FLAGS.nodev | MOUNT_FLAGS.noexec;
  const options = `size=${SIZE_BYTES},nr_inodes=${FILES_MAX},mode=700,uid=${ownerId},gid=${ownerId}`;
  const mount = { source: 'volumes', target: dir, type: 'tmpfs', flags };
  try {
    mountFileSystem({ ...mount, options: `${options},noswap` });
  } catch (error) {
    // Linux before 6.4 does not know how to keep it out of swap.
    if (!(error instanceof SystemCallFailure) || error.code !== 'EINVAL') throw error;
    mountFileSystem({ ...mount, options });
  }
}

function removeMemory(dir: string): void {
  unmount(dir);
  if (existsSync(dir)) rmdirSync(dir);
}

function isMountPoint(dir: string): boolean {
  return statSync(dir).dev !== statSync(dirname(dir)).dev;
}

function faultOf(failures: readonly unknown[]): unknown {
  const [first] = failures;
  if ((first as NodeJS.ErrnoException).code !== 'ENOSPC') return first;
  const message = 'The config maps and secrets that are mounted in the project need more memory than they may have';
  return new EngineFault('disk_full', message, { cause: first });
}
