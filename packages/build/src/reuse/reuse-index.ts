/**
 * Remembers what was built from what, so that an unchanged source costs milliseconds: one small file, replaced as a whole,
 * bounded; the least recently used entry leaves first. Losing it costs a build, never correctness.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileAtomic } from '@slipway/process';

export interface BuiltImage {
  readonly imageId: string;
  readonly digest: string;
  /** Repository it was pushed to, without the tag. */
  readonly repository: string;
  readonly bases: readonly { readonly name: string; readonly imageId: string }[];
  /** What was detected, for the step's detail. */
  readonly summary: string;
}

export interface ReuseIndex {
  get(key: string): BuiltImage | undefined;
  put(key: string, built: BuiltImage): Promise<void>;
  /** Drops what is so. */
  forget(isGone: (built: BuiltImage) => boolean): Promise<void>;
}

const ENTRIES_MAX_DEFAULT = 2000;

export async function openReuseIndex(path: string, entriesMax: number = ENTRIES_MAX_DEFAULT): Promise<ReuseIndex> {
  await mkdir(dirname(path), { recursive: true });
  const entries = new Map<string, BuiltImage>(await readEntries(path));
  let writing = Promise.resolve();

  /** One after the other, so that an older content never replaces a newer one. */
  function write(): Promise<void> {
    const written = writing.then(() => writeFileAtomic(path, JSON.stringify([...entries])));
    writing = written.catch(() => undefined);
    return written;
  }

  return {
    get(key) {
      const built = entries.get(key);
      if (built) {
        entries.delete(key);
        entries.set(key, built);
      }
      return built;
    },
    put(key, built) {
      entries.delete(key);
      entries.set(key, built);
      for (const oldest of entries.keys()) {
        if (entries.size <= entriesMax) break;
        entries.delete(oldest);
      }
      return write();
    },
    async forget(isGone) {
      const sizeBefore = entries.size;
      for (const [key, built] of entries) if (isGone(built)) entries.delete(key);
      if (entries.size < sizeBefore) await write();
    },
  };
}

async function readEntries(path: string): Promise<readonly (readonly [string, BuiltImage])[]> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    return Array.isArray(parsed) ? (parsed as [string, BuiltImage][]) : [];
  } catch {
    // Missing at first start; damaged means one more build each.
    return [];
  }
}
