/**
 * The files of a build's context, as a COPY sees them. Links are entries of their own and never followed, so nothing outside
 * of the context can be meant; the folder is the builder's own and nobody else writes to it.
 */
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

export interface SourceItem {
  readonly kind: 'file' | 'folder' | 'link';
  /** Below the context; '' is the context itself. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly sizeBytes: number;
  readonly linkTarget: string;
}

export interface SourceTree {
  readonly root: string;
  /** undefined when it is not there, is left out, or is reached through a link. */
  find(path: string): Promise<SourceItem | undefined>;
  /** What the folder holds, at every depth, folders before what is in them, in the order of code units. */
  walk(folder: string): AsyncIterable<SourceItem>;
}

export function openSourceTree(root: string, isIgnored: (path: string) => boolean): SourceTree {
  async function look(path: string): Promise<SourceItem | undefined> {
    const info = await lstat(join(root, path)).catch(() => undefined);
    if (!info) return undefined;
    const kind = info.isFile() ? 'file' : info.isDirectory() ? 'folder' : info.isSymbolicLink() ? 'link' : undefined;
    if (!kind) return undefined;
    const linkTarget = kind === 'link' ? await readlink(join(root, path)) : '';
    return { kind, path, mode: info.mode & 0o7777, sizeBytes: kind === 'file' ? info.size : 0, linkTarget };
  }

  async function* walk(folder: string): AsyncGenerator<SourceItem> {
    const names = await readdir(join(root, folder));
    for (const name of names.toSorted((a, b) => (a < b ? -1 : 1))) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (isIgnored(path)) continue;
      const item = await look(path);
      if (!item) continue;
      yield item;
      if (item.kind === 'folder') yield* walk(path);
    }
  }

  return {
    root,
    walk,
    async find(path) {
      const parts = path.split('/').filter((part) => part !== '' && part !== '.');
      let item = await look('');
      for (let depth = 1; depth <= parts.length; depth += 1) {
        if (item?.kind !== 'folder') return undefined;
        const below = parts.slice(0, depth).join('/');
        if (isIgnored(below)) return undefined;
        item = await look(below);
      }
      return item;
    },
  };
}
