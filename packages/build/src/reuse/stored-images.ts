/** Which images the store holds now, by id: one file of containers/storage, read again only when it changed. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerStorage } from '@slipway/images';

export interface StoredImages {
  /** Id of an image by id or full name; undefined when it is not in the store. */
  find(nameOrId: string): Promise<string | undefined>;
}

interface ImageRecord {
  readonly id: string;
  readonly names?: readonly string[];
}

export function createStoredImages(storage: ContainerStorage): StoredImages {
  const path = join(storage.graphRoot, 'overlay-images', 'images.json');
  let known = new Map<string, string>();
  let readAt = '';

  async function refresh(): Promise<void> {
    const { mtimeNs, ino, size } = await stat(path, { bigint: true });
    const version = `${mtimeNs}:${ino}:${size}`;
    if (version === readAt) return;
    const records = JSON.parse(await readFile(path, 'utf8')) as readonly ImageRecord[];
    known = new Map(
      records.flatMap(({ id, names }) => [[id, id] as const, ...(names ?? []).map((name) => [name, id] as const)]),
    );
    readAt = version;
  }

  return {
    async find(nameOrId) {
      // A store without images has no such file yet.
      await refresh().catch(() => known.clear());
      return known.get(nameOrId.replace(/^sha256:/, ''));
    },
  };
}
