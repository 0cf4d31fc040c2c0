/**
 * Which pinned reference is which image of the store: what the store itself cannot say, because a push gives an image a
 * digest the store never sees. Durable (one small JSON file, replaced atomically) and the list of what this platform
 * made or pulled: collection touches nothing else.
 */
import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '@slipway/process';

export interface ImageRecord {
  readonly imageId: string;
  /** `guarded`: pulled with somebody's credentials, so the next one must show that he may have it too. */
  readonly guarded: boolean;
  /** ISO 8601. */
  readonly usedAt: string;
}

export interface ImageRecords {
  get(pinned: string): Promise<ImageRecord | undefined>;
  all(): Promise<readonly (readonly [string, ImageRecord])[]>;
  put(pinned: string, record: Omit<ImageRecord, 'usedAt'>): Promise<void>;
  remove(pinned: readonly string[]): Promise<void>;
  /** Remembers the time in memory; it is written with the next change. */
  touch(pinned: string): void;
}

export function openImageRecords(path: string, now: () => Date = () => new Date()): ImageRecords {
  let loading: Promise<Map<string, ImageRecord>> | undefined;
  let loaded: Map<string, ImageRecord> | undefined;
  let writing: Promise<void> = Promise.resolve();
  let unsaved = false;

  function load(): Promise<Map<string, ImageRecord>> {
    loading ??= readRecords(path).then(
      (records) => (loaded = records),
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  }

  /** One writer at a time; each write holds everything changed before it. */
  function save(records: ReadonlyMap<string, ImageRecord>): Promise<void> {
    unsaved = true;
    const write = async (): Promise<void> => {
      if (!unsaved) return;
      unsaved = false;
      const images = Object.fromEntries(records);
      try {
        await writeFileAtomic(path, `${JSON.stringify({ version: 1, images }, undefined, 1)}\n`, { mode: 0o600 });
      } catch (error) {
        unsaved = true;
        throw error;
      }
    };
    const next = writing.then(write, write);
    writing = next;
    return next;
  }

  return {
    async get(pinned) {
      return (loaded ?? (await load())).get(pinned);
    },
    async all() {
      return [...(await load())];
    },
    async put(pinned, record) {
      const records = await load();
      const present = records.get(pinned);
      records.set(pinned, { ...record, usedAt: now().toISOString() });
      const changed = present?.imageId !== record.imageId || present.guarded !== record.guarded;
      if (changed || unsaved) await save(records);
      else await writing;
    },
    async remove(pinned) {
      const records = await load();
      for (const reference of pinned) records.delete(reference);
      await save(records);
    },
    touch(pinned) {
      const record = loaded?.get(pinned);
      if (record) loaded?.set(pinned, { ...record, usedAt: now().toISOString() });
    },
  };
}

async function readRecords(path: string): Promise<Map<string, ImageRecord>> {
  try {
    const file = JSON.parse(await readFile(path, 'utf8')) as { readonly images: Record<string, ImageRecord> };
    return new Map(Object.entries(file.images));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
}
