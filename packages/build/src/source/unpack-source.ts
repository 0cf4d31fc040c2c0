/**
 * Unpacks an uploaded archive (tar, optionally gzip) into a new folder. What may be in it is decided in
 * `archive-entry.ts`; here the bytes flow, bounded, into files that carry no owner and no set-id bit of the uploader.
 */
import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { unpackTar } from 'modern-tar/fs';
import { BuildRefusal } from '../build-refusal.ts';
import { type ArchiveLimits, createArchiveJudge } from './archive-entry.ts';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const FOLDER_DEPTH_MAX = 128;
const PERMISSION_BITS = 0o777;

/** Paths of the files that were unpacked. Throws BuildRefusal when the archive is damaged or not acceptable. */
export async function unpackSource(
  archive: { readonly path: string; readonly into: string; readonly limits: ArchiveLimits },
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  await mkdir(archive.into, { recursive: true, mode: 0o755 });
  const judge = createArchiveJudge(archive.limits);
  const unpack = unpackTar(archive.into, {
    strict: true,
    maxDepth: FOLDER_DEPTH_MAX,
    filter(header) {
      judge.check({
        name: header.name,
        type: header.type ?? 'file',
        size: header.size,
        linkname: header.linkname,
      });
      return true;
    },
    map: (header) => ({ ...header, mode: modeFor(header.type, header.mode) }),
  });
  const read = createReadStream(archive.path);
  try {
    if (await isGzip(archive.path)) await pipeline(read, createGunzip(), unpack, { signal });
    else await pipeline(read, unpack, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof BuildRefusal) throw error;
    if (isNoSpace(error)) throw error;
    throw new BuildRefusal(
      'invalid_build_configuration',
      'Cannot unpack the source: the archive is damaged or is not a tar file. Upload the folder again',
      { cause: error },
    );
  }
  return judge.files;
}

function modeFor(type: string | undefined, mode: number | undefined): number {
  if (type === 'directory') return 0o755;
  // Who may execute is part of the source; who may write is not.
  return ((mode ?? 0o644) & PERMISSION_BITS & 0o111) === 0 ? 0o644 : 0o755;
}

async function isGzip(path: string): Promise<boolean> {
  await using file = await open(path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(GZIP_MAGIC.length), 0, GZIP_MAGIC.length, 0);
  return bytesRead === GZIP_MAGIC.length && buffer.equals(GZIP_MAGIC);
}

function isNoSpace(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}
