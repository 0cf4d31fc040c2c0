/**
 * The files of one volume, changed all at once under the eyes of those who read them: a version is a folder of its own,
 * `..data` points to it, and every name points through `..data`. Moving that one link changes all files in one step, and
 * programs that watch the folder see it move. Kubernetes lays its config maps out in the same way, so what can watch
 * those can watch these. A version is named after its content: what is there already is seen without any record, and a
 * write that was cut off is finished by the next.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const DATA = '..data';
const NEXT_DATA = '..data_next';
const DRAFT = '..draft';
const VERSION_HEX_DIGITS = 16;
/** Names with two dots first are ours, and a name is no way to another folder. */
const NAME_PATTERN = /^(?!\.\.|\.$)[^/\0]{1,255}$/;

export type VolumeFiles = Readonly<Record<string, string>>;

export interface VolumeOwnership {
  /** The user and group that everything is given to; without one it stays ours. */
  readonly ownerId?: number;
  /** Its files are for their owner's eyes: `giveFilesTo` says whose, and later versions are that user's, too. */
  readonly isPrivate?: boolean;
}

export function writeVolume(dir: string, files: VolumeFiles, ownership: VolumeOwnership = {}): void {
  const { ownerId } = ownership;
  const names = Object.keys(files).toSorted();
  const bad = names.find((name) => !NAME_PATTERN.test(name));
  if (bad !== undefined) throw new TypeError(`Cannot write a volume: ${JSON.stringify(bad)} is no name of a file`);
  // Not again: whoever watches the folder is told of it.
  if (!isVolume(dir)) makeFolder(dir, ownerId);
  const version = versionOf(names, files);
  if (linkTarget(join(dir, DATA)) !== version) {
    writeVersion(dir, { version, names, files, ...ownership });
    makeLink(join(dir, NEXT_DATA), { target: version, ownerId });
    renameSync(join(dir, NEXT_DATA), join(dir, DATA));
  }
  const there = new Set(readdirSync(dir));
  for (const name of names) {
    if (!there.has(name)) makeLink(join(dir, name), { target: `${DATA}/${name}`, ownerId });
  }
  const kept = new Set([DATA, version, ...names]);
  for (const name of there) if (!kept.has(name)) rmSync(join(dir, name), { recursive: true });
}

/** It holds a complete version. */
export function isVolume(dir: string): boolean {
  return existsSync(join(dir, DATA));
}

interface Version {
  readonly version: string;
  readonly names: readonly string[];
  readonly files: VolumeFiles;
  readonly ownerId?: number;
  readonly isPrivate?: boolean;
}

/** Complete before it has its name; one that found no room leaves none taken. */
function writeVersion(dir: string, { version, names, files, ownerId, isPrivate = false }: Version): void {
  const draft = join(dir, DRAFT);
  const mode = isPrivate ? 0o400 : 0o444;
  const readerId = (isPrivate ? fileOwner(dir) : undefined) ?? ownerId;
  for (const left of [draft, join(dir, version)]) rmSync(left, { recursive: true, force: true });
  try {
    makeFolder(draft, ownerId);
    for (const name of names) {
      const path = join(draft, name);
      writeFileSync(path, files[name] ?? '', { mode, flag: 'wx' });
      chmodSync(path, mode);
      giveTo(path, readerId);
    }
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
  renameSync(draft, join(dir, version));
}

/** The files of this version and of those to come are read by this user. */
export function giveFilesTo(dir: string, userId: number): void {
  const version = join(dir, DATA);
  for (const name of readdirSync(version)) lchownSync(join(version, name), userId, userId);
}

/** Who reads the files of the version that is there. Undefined when there is none. */
function fileOwner(dir: string): number | undefined {
  if (!isVolume(dir)) return undefined;
  const [name] = readdirSync(join(dir, DATA));
  return name === undefined ? undefined : lstatSync(join(dir, DATA, name)).uid;
}

function versionOf(names: readonly string[], files: VolumeFiles): string {
  const content = JSON.stringify(names.map((name) => [name, files[name]]));
  return `..${createHash('sha256').update(content).digest('hex').slice(0, VERSION_HEX_DIGITS)}`;
}

function makeFolder(path: string, ownerId: number | undefined): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o755);
  giveTo(path, ownerId);
}

function makeLink(
  path: string,
  { target, ownerId }: { readonly target: string; readonly ownerId: number | undefined },
): void {
  rmSync(path, { force: true });
  symlinkSync(target, path);
  giveTo(path, ownerId);
}

function giveTo(path: string, ownerId: number | undefined): void {
  if (ownerId !== undefined) lchownSync(path, ownerId, ownerId);
}

/** Undefined when there is no link. */
function linkTarget(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined;
}
