/** Finds the declarations that `-f` names: files, the YAML files of a folder, or standard input. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { CommandFault } from '../usage-fault.ts';
import { systemErrorOf } from '../deploy/source-fault.ts';

export const MANIFEST_NAME = 'slipway.yaml';
const MANIFEST_ENDINGS = /\.(ya?ml|json)$/;
/** A declaration is written by people; what is larger is something else. */
const MANIFEST_BYTES_MAX = 8 * 1024 * 1024;
const MANIFEST_FILES_MAX = 200;

export interface ManifestText {
  /** As it was named, for messages. */
  readonly path: string;
  /** What paths in it start from. */
  readonly folder: string;
  readonly text: string;
}

export interface ManifestSources {
  readonly texts: readonly ManifestText[];
  /** Standard input is a declaration, so no value can come from it. */
  readonly usesInput: boolean;
}

/** Without a name, the `slipway.yaml` of the folder one is in. */
export async function readManifests(names: readonly string[] | undefined, cwd: string): Promise<ManifestSources> {
  const wanted = names ?? [MANIFEST_NAME];
  const texts: ManifestText[] = [];
  for (const name of wanted) {
    if (name === '-') texts.push({ path: 'standard input', folder: cwd, text: await readAll(process.stdin) });
    else for (const path of await filesOf(name, cwd)) texts.push(await readManifest(path, cwd));
  }
  return { texts, usesInput: wanted.includes('-') };
}

async function filesOf(name: string, cwd: string): Promise<readonly string[]> {
  const info = await stat(resolve(cwd, name)).catch((error: unknown) => {
    throw unreadable(name, error);
  });
  if (!info.isDirectory()) return [name];
  const files = (await readdir(resolve(cwd, name))).filter((file) => MANIFEST_ENDINGS.test(file));
  if (files.length === 0 || files.length > MANIFEST_FILES_MAX) {
    const state = files.length === 0 ? 'it holds no .yaml, .yml or .json file' : `it holds ${files.length} files`;
    throw new CommandFault('usage', `Cannot read declarations from folder "${name}": ${state}`, [
      `From 1 to ${MANIFEST_FILES_MAX} files are read; folders in it are not looked into`,
    ]);
  }
  return files.toSorted((a, b) => (a < b ? -1 : 1)).map((file) => join(name, file));
}

export async function readManifest(path: string, cwd: string): Promise<ManifestText> {
  const full = resolve(cwd, path);
  const text = await readFile(full, 'utf8').catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (Buffer.byteLength(text) > MANIFEST_BYTES_MAX)
    throw new CommandFault('usage', `Cannot read "${path}": a declaration has ${MANIFEST_BYTES_MAX} bytes at most`);
  return { path, folder: dirname(full), text };
}

function unreadable(name: string, error: unknown): CommandFault {
  const isMissing = systemErrorOf(error) === 'ENOENT';
  const fix =
    isMissing && basename(name) === MANIFEST_NAME
      ? ['Name a file or a folder with -f', 'Write one of what exists: slipway export > slipway.yaml']
      : ['Name a file or a folder that you may read'];
  const state = isMissing ? 'it does not exist' : 'it cannot be read';
  return new CommandFault('usage', `Cannot read declaration "${name}": ${state}`, fix, { cause: error });
}
