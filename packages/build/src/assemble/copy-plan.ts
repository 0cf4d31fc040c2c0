/**
 * What one COPY puts where, as entries of a layer: pure but for the two trees it asks. undefined where a link or something
 * else that is no plain file or folder is in the way, or a source is not there: buildah then does it, or says what is wrong.
 */
import { posix } from 'node:path';
import type { ImageTree, PlacedItem } from './image-tree.ts';
import type { SourceItem, SourceTree } from './source-tree.ts';
import type { CopyStep } from './split-dockerfile.ts';

export interface PlannedEntry {
  readonly kind: 'file' | 'folder' | 'link';
  /** In the image, without a leading slash. */
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly linkTarget: string;
  /** Below the context, of a file. */
  readonly from: string;
}

const FOLDER_MODE = 0o755;

export interface CopyTrees {
  readonly source: SourceTree;
  readonly image: ImageTree;
  readonly workingDir: string;
}

export async function planCopy(step: CopyStep, trees: CopyTrees): Promise<readonly PlannedEntry[] | undefined> {
  const items: SourceItem[] = [];
  for (const source of step.sources) {
    const item = await trees.source.find(source);
    if (!item || item.kind === 'link') return undefined;
    items.push(item);
  }
  const target = posix.resolve('/', trees.workingDir, step.target).slice(1);
  const present = await trees.image.find(target);
  const isFolder = items.length > 1 || /(?:^|\/)\.?$/.test(step.target) || present?.kind === 'folder';
  const layer = new Layer(step, trees.image);
  for (const item of items) {
    const done =
      item.kind === 'folder' ? layer.addFolder(target, item, trees.source) : layer.add(target, item, isFolder);
    if (!(await done)) return undefined;
  }
  return layer.entries;
}

/** Every method says false when it met what it does not know how to place. */
class Layer {
  readonly #entries = new Map<string, PlannedEntry>();
  readonly #step: CopyStep;
  readonly #image: ImageTree;

  constructor(step: CopyStep, image: ImageTree) {
    this.#step = step;
    this.#image = image;
  }

  get entries(): readonly PlannedEntry[] {
    return [...this.#entries.values()];
  }

  add(target: string, item: SourceItem, isFolder: boolean): Promise<boolean> {
    return this.#put(isFolder ? posix.join(target, posix.basename(item.path)) : target, item);
  }

  /** What the folder holds, not the folder itself. */
  async addFolder(target: string, folder: SourceItem, source: SourceTree): Promise<boolean> {
    if (!(await this.#openFolder(target))) return false;
    const above = folder.path === '' ? 0 : folder.path.length + 1;
    for await (const item of source.walk(folder.path)) {
      if (!(await this.#put(posix.join(target, item.path.slice(above)), item))) return false;
    }
    return true;
  }

  async #put(path: string, item: SourceItem): Promise<boolean> {
    // In a layer such a name takes a file away.
    if (path === '' || posix.basename(path).startsWith('.wh.')) return false;
    if (!(await this.#openFolder(posix.dirname(path)))) return false;
    const present = await this.#image.find(path);
    if (present && present.kind !== item.kind) return false;
    const { uid, gid } = this.#step;
    const { kind, mode, sizeBytes, linkTarget } = item;
    this.#keep({ kind, path, mode, uid, gid, sizeBytes, linkTarget, from: item.path });
    return true;
  }

  /** A layer names every folder above its files: what it does not name would belong to root. */
  async #openFolder(path: string): Promise<boolean> {
    const parts = path === '.' ? [] : path.split('/').filter((part) => part !== '');
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join('/');
      const present = await this.#image.find(folder);
      if (present && present.kind !== 'folder') return false;
      if (this.#entries.has(folder)) continue;
      const { uid, gid } = this.#step;
      this.#keepFolder(folder, present ?? { kind: 'folder', mode: FOLDER_MODE, uid, gid });
    }
    return true;
  }

  #keepFolder(path: string, { mode, uid, gid }: PlacedItem): void {
    this.#keep({ kind: 'folder', path, mode, uid, gid, sizeBytes: 0, linkTarget: '', from: '' });
  }

  #keep(entry: PlannedEntry): void {
    this.#entries.set(entry.path, entry);
    const { mode, uid, gid, kind } = entry;
    this.#image.place(entry.path, { mode, uid, gid, kind: kind === 'link' ? 'other' : kind });
  }
}
