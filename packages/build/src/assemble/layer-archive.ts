/**
 * Writes planned entries as the archive of one layer and says its digest. The bytes depend on the entries and the contents
 * alone: no times, no names of owners.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createTarPacker, type TarPackController } from 'modern-tar';
import type { PlannedEntry } from './copy-plan.ts';

export interface LayerArchive {
  readonly path: string;
  /** `sha256:…` of the archive, which is not compressed. */
  readonly digest: string;
  readonly sizeBytes: number;
}

export interface LayerPlaces {
  /** Where `from` of the entries lies. */
  readonly contextPath: string;
  readonly path: string;
}

/** Larger files are read piece by piece. */
const READ_WHOLE_BYTES_MAX = 1024 * 1024;
const EPOCH = new Date(0);

export async function writeLayer(
  entries: readonly PlannedEntry[],
  { contextPath, path }: LayerPlaces,
  signal: AbortSignal,
): Promise<LayerArchive> {
  const { readable, controller } = createTarPacker();
  const [, written] = await Promise.all([
    addEntries(controller, { entries, contextPath, signal }),
    writeArchive(readable, path),
  ]);
  return { path, ...written };
}

interface Adding {
  readonly entries: readonly PlannedEntry[];
  readonly contextPath: string;
  readonly signal: AbortSignal;
}

async function addEntries(controller: TarPackController, { entries, contextPath, signal }: Adding): Promise<void> {
  try {
    for (const entry of entries) {
      signal.throwIfAborted();
      await addEntry(controller, entry, contextPath);
    }
    controller.finalize();
  } catch (error) {
    controller.error(error);
    throw error;
  }
}

async function addEntry(controller: TarPackController, entry: PlannedEntry, contextPath: string): Promise<void> {
  const { kind, path, mode, uid, gid, linkTarget, from, sizeBytes } = entry;
  const common = { mtime: EPOCH, uid, gid, uname: '', gname: '', size: 0 };
  if (kind === 'folder') {
    await controller.add({ ...common, name: `${path}/`, type: 'directory', mode }).close();
    return;
  }
  if (kind === 'link') {
    await controller.add({ ...common, name: path, type: 'symlink', linkname: linkTarget, mode: 0o777 }).close();
    return;
  }
  const target = controller.add({ ...common, name: path, type: 'file', size: sizeBytes, mode });
  if (sizeBytes > READ_WHOLE_BYTES_MAX) {
    await Readable.toWeb(createReadStream(join(contextPath, from))).pipeTo(target);
    return;
  }
  const writer = target.getWriter();
  if (sizeBytes > 0) await writer.write(await readFile(join(contextPath, from)));
  await writer.close();
}

async function writeArchive(readable: ReadableStream<Uint8Array>, path: string) {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  await using file = await open(path, 'wx', 0o600);
  for await (const chunk of readable) {
    hash.update(chunk);
    sizeBytes += chunk.length;
    await file.writeFile(chunk);
  }
  return { digest: `sha256:${hash.digest('hex')}`, sizeBytes };
}
