/**
 * Which files of a folder stay behind: `.ceignore` and `.gitignore` in their folder and below, in git's own grammar;
 * `.ceignore` is asked after `.gitignore`, so it can bring a file back. The folder's own `slipway.yaml` stays behind like `node_modules`. `.git` always stays behind, and `node_modules`
 * unless `.ceignore` names it (`!node_modules`): a build installs its own.
 */
import { access, constants, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { CommandFault } from '../usage-fault.ts';
import { sourceFault, systemErrorOf } from './source-fault.ts';

/** They say how to deploy and are no part of what is deployed: a change of them builds nothing anew, and no site serves them. */
const OWN_FILES = ['/slipway.yaml', '/slipway.schema.json'];

export const IGNORE_FILES = ['.gitignore', '.ceignore'] as const;

export interface IgnoreScope {
  /** `relative` uses `/`; a folder is asked with `isFolder`. */
  ignores(relative: string, isFolder: boolean): boolean;
  /** The scope of a sub folder: its own ignore files on top of these. */
  enter(relative: string): Promise<IgnoreScope>;
}

interface Layer {
  readonly base: string;
  readonly rules: Ignore;
}

export async function loadIgnoreRules(root: string): Promise<IgnoreScope> {
  const builtIn: Layer = { base: '', rules: ignore().add(['node_modules/', ...OWN_FILES]) };
  return scopeOf(root, [builtIn, ...(await readLayers(root, ''))]);
}

function scopeOf(root: string, layers: readonly Layer[]): IgnoreScope {
  return {
    ignores(relative, isFolder) {
      if (relative === '.git' || relative.endsWith('/.git')) return true;
      let ignored = false;
      for (const { base, rules } of layers) {
        const path = base === '' ? relative : relative.slice(base.length + 1);
        // A folder of which a later layer brought back the whole: this one has no say in it any more.
        const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
        if (parent !== '' && rules.test(`${parent}/`).ignored) continue;
        // The deeper and later layer decides, when it says anything.
        const said = rules.test(isFolder ? `${path}/` : path);
        if (said.ignored) ignored = true;
        else if (said.unignored) ignored = false;
      }
      return ignored;
    },
    async enter(relative) {
      const own = await readLayers(root, relative);
      return own.length === 0 ? this : scopeOf(root, [...layers, ...own]);
    },
  };
}

async function readLayers(root: string, base: string): Promise<readonly Layer[]> {
  const layers: Layer[] = [];
  for (const name of IGNORE_FILES) {
    try {
      layers.push({ base, rules: ignore().add(await readFile(join(root, base, name), 'utf8')) });
    } catch (error) {
      const code = systemErrorOf(error);
      if (code === 'EACCES') throw await unreadable(root, base === '' ? name : `${base}/${name}`, error);
      if (code !== 'ENOENT' && code !== 'EISDIR') throw error;
    }
  }
  return layers;
}

/** Of a folder that lets nobody in, it cannot be said whether it holds such a file. */
async function unreadable(root: string, path: string, cause: unknown): Promise<CommandFault> {
  const folder = join(root, path, '..');
  const isOpen = await access(folder, constants.R_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  const what = isOpen ? `"${path}"` : `the folder "${folder}"`;
  return sourceFault(`Cannot read ${what}: permission denied`, ['Allow it, or name it in .ceignore'], cause);
}
