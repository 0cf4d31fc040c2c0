/**
 * Uploaded folders as files named by their hash: `<dir>/<project>/<sha256>.tar`. An archive is written beside its place,
 * hashed on the way, synced, and only then renamed into place: a file with a hash for a name holds those bytes. The
 * access time says when a source was last wanted; the modification time when it came.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceStore, StoredSource } from '@slipway/control';
import { Refusal } from '@slipway/spec';

const SUFFIX = '.tar';
const INCOMING = '.incoming';
const SHA256_PATTERN = /^[0-9a-f]{64}$/;
const PROJECT_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

export async function openFileSourceStore(options: { readonly dir: string }): Promise<SourceStore> {
  const incomingDir = join(options.dir, INCOMING);
  // Whatever is in here was left by a process that died while it received an upload.
  await rm(incomingDir, { recursive: true, force: true });
  await mkdir(incomingDir, { recursive: true });

  function projectDir(projectId: string): string {
    if (!PROJECT_PATTERN.test(projectId)) throw new TypeError(`No project id: "${projectId}"`);
    return join(options.dir, projectId);
  }

  function archivePath(projectId: string, sha256: string): string {
    if (!SHA256_PATTERN.test(sha256)) throw new TypeError(`No SHA-256 in hex: "${sha256}"`);
    return join(projectDir(projectId), `${sha256}${SUFFIX}`);
  }

  return {
    async put(projectId, sha256, bytes, { bytesMax, signal }) {
      const place = archivePath(projectId, sha256);
      const draft = join(incomingDir, randomUUID());
      try {
        const actual = await writeHashed(draft, bytes, { bytesMax, signal });
        if (actual !== sha256) throw new Refusal('source_corrupt', { actual, announced: sha256 });
        await mkdir(projectDir(projectId), { recursive: true });
        await rename(draft, place);
        await syncDir(projectDir(projectId));
      } catch (error) {
        await rm(draft, { force: true });
        throw isDiskFull(error) ? new Refusal('disk_full', { what: 'the uploaded source' }, { cause: error }) : error;
      }
      return readSource(place, sha256);
    },

    async get(projectId, sha256) {
      if (!SHA256_PATTERN.test(sha256)) return undefined;
      const place = archivePath(projectId, sha256);
      try {
        const { mtime } = await stat(place);
        await utimes(place, new Date(), mtime);
        return await readSource(place, sha256);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },

    async removeProject(projectId) {
      await rm(projectDir(projectId), { recursive: true, force: true });
    },

    async collect(budgetBytes, keep) {
      const all = await listArchives(options.dir);
      let totalBytes = all.reduce((sum, archive) => sum + archive.sizeBytes, 0);
      for (const archive of all.toSorted((a, b) => a.usedAtMs - b.usedAtMs)) {
        if (totalBytes <= budgetBytes) return;
        if (keep.has(archive.sha256)) continue;
        await rm(archive.path, { force: true });
        totalBytes -= archive.sizeBytes;
      }
    },
  };
}

/** Writes a new file, synced to disk, and returns the SHA-256 of what was written. */
async function writeHashed(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  options: { readonly bytesMax: number; readonly signal: AbortSignal },
): Promise<string> {
  const hash = createHash('sha256');
  const file: FileHandle = await open(path, 'wx', 0o600);
  try {
    let total = 0;
    for await (const chunk of bytes) {
      options.signal.throwIfAborted();
      total += chunk.length;
      if (total > options.bytesMax) {
        const fix = 'Leave out files that the build does not need with .ceignore';
        throw new Refusal('body_too_large', { limit_bytes: options.bytesMax, fix });
      }
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    options.signal.throwIfAborted();
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

async function readSource(path: string, sha256: string): Promise<StoredSource> {
  const { size, mtime } = await stat(path);
  return { sha256, sizeBytes: size, archivePath: path, createdAt: mtime.toISOString() };
}

async function syncDir(path: string): Promise<void> {
  const dir = await open(path, 'r');
  try {
    await dir.sync();
  } finally {
    await dir.close();
  }
}

interface Archive {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly usedAtMs: number;
}

async function listArchives(dir: string): Promise<readonly Archive[]> {
  const all: Archive[] = [];
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(SUFFIX)) continue;
    const path = join(entry.parentPath, entry.name);
    const { size, atimeMs } = await stat(path);
    all.push({ path, sha256: entry.name.slice(0, -SUFFIX.length), sizeBytes: size, usedAtMs: atimeMs });
  }
  return all;
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
