/**
 * The log files of one instance. conmon starts a new file in place of the full one and drops that, so we hold a second
 * name (hard link) on the current file: when conmon has changed files, the second name is all that is left of the full
 * one and becomes a numbered file. Two changes between two looks lose the middle file; between two looks there may be one
 * file more than allowed, so the size stays bounded always.
 */
import { existsSync, linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const CURRENT_LOG = 'current.log';
const HELD_LOG = 'held.log';
const META_FILE = 'instance.json';
const END_FILE = 'end.json';
const NUMBER_DIGITS = 8;

export interface LogFile {
  readonly path: string;
  readonly inode: number;
}

/** Facts beside the log, which outlive the instance. */
export interface LogMeta {
  readonly revisionName: string;
  readonly createdAt: string;
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

function numberedFiles(dir: string): readonly string[] {
  return readdirSync(dir)
    .filter((name) => /^\d+\.log$/.test(name))
    .toSorted();
}

/** All files of the instance, oldest first. */
export function logFiles(dir: string): readonly LogFile[] {
  const names = [...numberedFiles(dir), HELD_LOG, CURRENT_LOG];
  const files: LogFile[] = [];
  for (const name of names) {
    const inode = inodeOf(join(dir, name));
    if (inode !== undefined && !files.some((file) => file.inode === inode))
      files.push({ path: join(dir, name), inode });
  }
  return files;
}

/** Called again and again while the instance lives; keeps at most `filesMax` files, the current one included. */
export function keepRotatedLog(dir: string, filesMax: number): void {
  const current = join(dir, CURRENT_LOG);
  const held = join(dir, HELD_LOG);
  const inode = inodeOf(current);
  const heldInode = inodeOf(held);
  if (inode === undefined || inode === heldInode) return;
  const numbered = numberedFiles(dir);
  if (heldInode !== undefined) {
    const next = String(Number.parseInt(numbered.at(-1) ?? '0', 10) + 1).padStart(NUMBER_DIGITS, '0');
    renameSync(held, join(dir, `${next}.log`));
  }
  linkSync(current, held);
  const excess = numberedFiles(dir);
  for (const name of excess.slice(0, Math.max(0, excess.length - (filesMax - 1))))
    rmSync(join(dir, name), { force: true });
}

export function writeLogMeta(dir: string, meta: LogMeta): void {
  noteWhole(join(dir, META_FILE), meta);
}

/** Never seen half-written: a log whose facts cannot be read is of no revision, and is not found again. */
function noteWhole(path: string, fact: object): void {
  const draft = `${path}.tmp`;
  writeFileSync(draft, JSON.stringify(fact));
  renameSync(draft, path);
}

export function readLogMeta(dir: string): LogMeta | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, META_FILE), 'utf8')) as LogMeta;
  } catch {
    return undefined;
  }
}

/** Marks the folder as that of an ended instance. */
export function writeLogEnd(dir: string, end: object): void {
  if (existsSync(dir)) noteWhole(join(dir, END_FILE), end);
}

/** Removes the folders of the instances of an app that ended longest ago, beyond `instancesMax`. */
export function pruneEndedLogs(appDir: string, instancesMax: number): void {
  if (!existsSync(appDir)) return;
  const ended = readdirSync(appDir)
    .map((name) => ({ name, endedMs: statSync(join(appDir, name, END_FILE), { throwIfNoEntry: false })?.mtimeMs }))
    .filter((folder): folder is { name: string; endedMs: number } => folder.endedMs !== undefined)
    .toSorted((a, b) => b.endedMs - a.endedMs);
  for (const { name } of ended.slice(instancesMax)) rmSync(join(appDir, name), { recursive: true, force: true });
}
