/**
 * Keeps a build under its disk limit. The file system's free space is asked often, because that costs nothing; only when
 * it has shrunk by as much as the limit are the build's own files measured, because others write to the disk too.
 */
import { lstat, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface DiskWatchOptions {
  /** A folder on the file system to watch. */
  readonly folder: string;
  readonly bytesMax: number;
  /** Folders the build owns at this moment. */
  readonly ownFolders: () => Promise<readonly string[]>;
}

const POLL_MS = 250;

/** Resolves true when the build holds more than its limit, false when the signal ends the watch. */
export async function watchDisk(options: DiskWatchOptions, signal: AbortSignal): Promise<boolean> {
  const before = await freeBytes(options.folder);
  // A folder that is gone (a finished layer) still counts with what it held.
  const held = new Map<string, number>();
  while (!signal.aborted) {
    if (before - (await freeBytes(options.folder)) > options.bytesMax) {
      for (const folder of await options.ownFolders()) held.set(folder, await folderBytes(folder));
      const total = [...held.values()].reduce((sum, bytes) => sum + bytes, 0);
      if (total > options.bytesMax) return true;
    }
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

const BLOCK_BYTES = 512;

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += await folderBytes(path);
    else bytes += ((await lstat(path).catch(() => undefined))?.blocks ?? 0) * BLOCK_BYTES;
  }
  return bytes;
}
