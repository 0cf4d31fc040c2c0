/**
 * Lists what of a folder will be packed, in one fixed order, and refuses what cannot be: nothing there, too much, a file
 * that cannot be read, a link that leads out. Reads names and sizes only.
 */
import { access, constants, lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { SOURCE_LIMITS } from '@slipway/spec';
import { loadIgnoreRules, type IgnoreScope } from './ignore-rules.ts';
import { sourceFault, systemErrorOf } from './source-fault.ts';

export interface SourceEntry {
  /** Below the folder, with `/`. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  readonly sizeBytes: number;
  readonly isExecutable: boolean;
  readonly linkTarget?: string;
}

export interface FolderScan {
  readonly root: string;
  readonly entries: readonly SourceEntry[];
  readonly fileCount: number;
  readonly sizeBytes: number;
  /** Links that lead out of the folder, left behind. */
  readonly skippedLinks: readonly string[];
}

export interface SourceBounds {
  readonly bytesMax: number;
  readonly filesMax: number;
}

export async function scanFolder(folder: string, bounds: SourceBounds = SOURCE_LIMITS): Promise<FolderScan> {
  const root = await checkFolder(folder);
  const walk: Walk = { root, entries: [], skippedLinks: [], fileCount: 0, sizeBytes: 0, filesMax: bounds.filesMax };
  await walkFolder(walk, '', await loadIgnoreRules(root));
  if (walk.fileCount === 0) {
    throw sourceFault(
      `Cannot deploy "${folder}": it holds no file${(await readdir(root)).length > 0 ? ' that is not ignored' : ''}`,
      ['Put your program there, or look at .gitignore and .ceignore'],
    );
  }
  if (walk.sizeBytes > bounds.bytesMax) {
    throw sourceFault(
      `Cannot deploy "${folder}": it holds ${formatBytes(walk.sizeBytes)}, at most ${formatBytes(bounds.bytesMax)} are allowed`,
      ['The largest:', ...largest(walk.entries), 'Name what is not needed in .ceignore (same grammar as .gitignore)'],
    );
  }
  return walk;
}

async function checkFolder(folder: string): Promise<string> {
  try {
    const info = await stat(folder);
    if (!info.isDirectory()) {
      throw sourceFault(`Cannot deploy "${folder}": it is a file`, ['Name the folder which holds the program']);
    }
    return await realpath(folder);
  } catch (error) {
    if (systemErrorOf(error) === 'ENOENT')
      throw sourceFault(`Cannot deploy "${folder}": there is no such folder`, [], error);
    if (systemErrorOf(error) === 'EACCES') throw sourceFault(`Cannot deploy "${folder}": permission denied`, [], error);
    throw error;
  }
}

interface Walk {
  readonly root: string;
  readonly entries: SourceEntry[];
  readonly skippedLinks: string[];
  fileCount: number;
  sizeBytes: number;
  readonly filesMax: number;
}

async function walkFolder(walk: Walk, base: string, scope: IgnoreScope): Promise<void> {
  const names = await readdir(join(walk.root, base)).catch((error: unknown) => {
    throw sourceFault(
      `Cannot read the folder "${base}": permission denied`,
      ['Allow it, or name it in .ceignore'],
      error,
    );
  });
  // By code units, so that the order is the same in every locale.
  for (const name of names.toSorted((a, b) => (a < b ? -1 : 1))) {
    const path = base === '' ? name : `${base}/${name}`;
    const info = await lstat(join(walk.root, path));
    if (scope.ignores(path, info.isDirectory())) continue;
    if (info.isDirectory()) {
      walk.entries.push({ path, kind: 'folder', sizeBytes: 0, isExecutable: true });
      await walkFolder(walk, path, await scope.enter(path));
    } else if (info.isSymbolicLink()) {
      await addLink(walk, path);
    } else if (info.isFile()) {
      await addFile(walk, path, info);
    }
    // Sockets, pipes and devices are no source.
  }
}

async function addLink(walk: Walk, path: string): Promise<void> {
  const target = await readlink(join(walk.root, path));
  const lands = resolve(walk.root, path, '..', target);
  const inside = relative(walk.root, lands);
  if (isAbsolute(target) || inside === '..' || inside.startsWith(`..${sep}`)) {
    walk.skippedLinks.push(path);
    return;
  }
  walk.entries.push({ path, kind: 'link', sizeBytes: 0, isExecutable: true, linkTarget: target });
}

async function addFile(
  walk: Walk,
  path: string,
  info: { readonly size: number; readonly mode: number },
): Promise<void> {
  await access(join(walk.root, path), constants.R_OK).catch((error: unknown) => {
    throw sourceFault(`Cannot read "${path}": permission denied`, ['Allow it, or name it in .ceignore'], error);
  });
  const counted = walk;
  counted.fileCount += 1;
  counted.sizeBytes += info.size;
  if (walk.fileCount > walk.filesMax) {
    throw sourceFault(`Cannot deploy "${walk.root}": it holds more than ${walk.filesMax} files`, [
      'The largest folders:',
      ...fullest(walk.entries),
      'Name what is not needed in .ceignore (same grammar as .gitignore)',
    ]);
  }
  walk.entries.push({ path, kind: 'file', sizeBytes: info.size, isExecutable: (info.mode & 0o111) !== 0 });
}

const SHOWN_MAX = 5;

function largest(entries: readonly SourceEntry[]): readonly string[] {
  return entries
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes)
    .slice(0, SHOWN_MAX)
    .map((entry) => `  ${formatBytes(entry.sizeBytes).padStart(9)}  ${entry.path}`);
}

function fullest(entries: readonly SourceEntry[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const [first = '', ...rest] = entry.path.split('/');
    const top = rest.length === 0 ? '(in no folder)' : first;
    counts.set(top, (counts.get(top) ?? 0) + 1);
  }
  return [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, SHOWN_MAX)
    .map(([name, count]) => `  ${String(count).padStart(7)} files  ${name}`);
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
