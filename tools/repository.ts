/**
 * The files of this repository as the checkers see them: everything a person wrote, nothing installed or generated
 * into the state folder. Walks the disk and not git, so that a file is judged before it is added.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const REPOSITORY_ROOT = join(import.meta.dirname, '..');

const FOLDERS_SKIPPED: ReadonlySet<string> = new Set(['node_modules', '.git', '.slipway', 'dist']);
const TEXT_NAMES = /(\.(ts|js|mjs|json|md|sh|yml|yaml|py|html|css|cfg|conf|service|c)|Dockerfile|slipway|run|LICENSE)$/;

export interface RepositoryFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** All text files below `folders` (default: the whole repository), sorted by path. */
export function readRepository(folders: readonly string[] = ['.']): readonly RepositoryFile[] {
  return folders
    .flatMap((folder) => listFiles(join(REPOSITORY_ROOT, folder)))
    .map((path) => relative(REPOSITORY_ROOT, path))
    .filter((path) => TEXT_NAMES.test(path))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(REPOSITORY_ROOT, path), 'utf8') }));
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (FOLDERS_SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listFiles(path);
    return entry.isFile() ? [path] : [];
  });
}
