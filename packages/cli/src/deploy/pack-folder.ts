/**
 * Packs a scanned folder into one archive with a hash that depends on names, contents and executable bits alone: sorted,
 * no times, no owners, normal modes. The same folder gives the same archive on every machine, and is uploaded once.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createTarPacker, type TarPackController } from 'modern-tar';
import type { FolderScan, SourceEntry } from './scan-folder.ts';
import { sourceFault } from './source-fault.ts';

export interface PackedFolder extends AsyncDisposable {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** The archive is a temporary file, deleted when the result is disposed. */
export async function packFolder(scan: FolderScan, signal: AbortSignal): Promise<PackedFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-source-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'source.tar');
  try {
    const { readable, controller } = createTarPacker();
    const [, written] = await Promise.all([addEntries(controller, scan, signal), writeArchive(readable, path)]);
    return { path, ...written, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
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
  return { sha256: hash.digest('hex'), sizeBytes };
}

async function addEntries(controller: TarPackController, scan: FolderScan, signal: AbortSignal): Promise<void> {
  try {
    for (const entry of scan.entries) {
      signal.throwIfAborted();
      await addEntry(controller, scan.root, entry);
    }
    controller.finalize();
  } catch (error) {
    controller.error(error);
    throw error;
  }
}

const EPOCH = new Date(0);
/** Streams cost more than they save for what fits into memory many times over. */
const READ_WHOLE_BYTES_MAX = 1024 * 1024;

async function addEntry(controller: TarPackController, root: string, entry: SourceEntry): Promise<void> {
  const owner = { mtime: EPOCH, uid: 0, gid: 0, uname: '', gname: '' };
  if (entry.kind === 'folder') {
    await controller.add({ ...owner, name: `${entry.path}/`, type: 'directory', size: 0, mode: 0o755 }).close();
    return;
  }
  if (entry.kind === 'link') {
    const link = { type: 'symlink', linkname: entry.linkTarget ?? '', size: 0, mode: 0o777 } as const;
    await controller.add({ ...owner, name: entry.path, ...link }).close();
    return;
  }
  const mode = entry.isExecutable ? 0o755 : 0o644;
  const target = controller.add({ ...owner, name: entry.path, type: 'file', size: entry.sizeBytes, mode });
  try {
    if (entry.sizeBytes > READ_WHOLE_BYTES_MAX) {
      await Readable.toWeb(createReadStream(join(root, entry.path))).pipeTo(target);
      return;
    }
    const content = await readFile(join(root, entry.path));
    const writer = target.getWriter();
    if (content.length > 0) await writer.write(content);
    await writer.close();
  } catch (error) {
    throw sourceFault(
      `Cannot pack "${entry.path}": it changed or vanished meanwhile`,
      ['Run the command again'],
      error,
    );
  }
}
