/**
 * Reads a small file of an image from its layer folders, without mounting: the highest layer that has it wins. No
 * symbolic link is followed, because the target would be a path of the host.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { join } from 'node:path';

const FILE_BYTES_MAX = 1024 * 1024;

/** '' when no layer has it, or the highest that names it deletes it. */
export function readImageFile(layerDirs: readonly string[], path: readonly string[]): string {
  for (const layerDir of layerDirs.toReversed()) {
    let current = layerDir;
    let found: Stats | undefined;
    for (const part of path) {
      current = join(current, part);
      found = lstatSync(current, { throwIfNoEntry: false });
      if (!found?.isDirectory()) break;
    }
    if (found?.isFile()) return readBounded(current);
    // overlayfs marks a deleted entry with a character device.
    if (found && !found.isDirectory()) return '';
  }
  return '';
}

function readBounded(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const content = Buffer.alloc(Math.min(fstatSync(file).size, FILE_BYTES_MAX));
    return content.subarray(0, readSync(file, content)).toString('utf8');
  } finally {
    closeSync(file);
  }
}
