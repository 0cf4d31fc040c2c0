/**
 * The files of the image that a COPY places into: what is there already decides where things go. Read without following a
 * link, because links of an image lead anywhere; who meets one leaves the build to buildah.
 */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';

export interface PlacedItem {
  readonly kind: 'file' | 'folder' | 'other';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface ImageTree {
  /** `path` without a leading slash; '' is the root. undefined when nothing is there. */
  find(path: string): Promise<PlacedItem | undefined>;
  /** Remembers what a step placed. */
  place(path: string, item: PlacedItem): void;
}

/** `root`: where the image's layers are mounted; undefined for an image that starts from nothing. */
export function openImageTree(root: string | undefined): ImageTree {
  const placed = new Map<string, PlacedItem>([['', { kind: 'folder', mode: 0o755, uid: 0, gid: 0 }]]);
  const absent = new Set<string>();

  async function look(path: string): Promise<PlacedItem | undefined> {
    const known = placed.get(path);
    if (known) return known;
    if (root === undefined || absent.has(path)) return undefined;
    const info = await lstat(join(root, path)).catch(() => undefined);
    if (!info) {
      absent.add(path);
      return undefined;
    }
    const kind = info.isDirectory() ? 'folder' : info.isFile() ? 'file' : 'other';
    const item: PlacedItem = { kind, mode: info.mode & 0o7777, uid: info.uid, gid: info.gid };
    placed.set(path, item);
    return item;
  }

  return {
    place: (path, item) => void placed.set(path, item),
    async find(path) {
      const parts = path.split('/').filter((part) => part !== '');
      for (let depth = 1; depth < parts.length; depth += 1) {
        const above = await look(parts.slice(0, depth).join('/'));
        if (above?.kind !== 'folder') return above && { ...above, kind: 'other' };
      }
      return look(parts.join('/'));
    },
  };
}
