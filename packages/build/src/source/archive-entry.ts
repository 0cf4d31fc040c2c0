/**
 * Judges an uploaded archive entry by entry, before anything of it is written. The invariant: whatever the archive says,
 * every path and every link it makes stays inside the folder it is unpacked to, and its size is bounded.
 *
 * Links need an argument: an entry below a symbolic link is refused, so the folders of a name are real; a link may climb
 * only at its beginning (`../../x`), so the climb is exact; what follows may pass other links, each of which stays inside.
 */
import { posix } from 'node:path';
import { BuildRefusal } from '../build-refusal.ts';

export interface ArchiveEntry {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly linkname?: string | undefined;
}

export interface ArchiveLimits {
  readonly bytesMax: number;
  readonly filesMax: number;
}

export interface ArchiveJudge {
  /** Throws BuildRefusal when the entry must not be unpacked. */
  check(entry: ArchiveEntry): void;
  /** Files accepted so far, as paths inside the folder. */
  readonly files: ReadonlySet<string>;
}

const PATH_LENGTH_MAX = 4096;

export function createArchiveJudge(limits: ArchiveLimits): ArchiveJudge {
  const files = new Set<string>();
  const links = new Set<string>();
  let bytes = 0;
  let entries = 0;

  function refuseBelowLink(path: string, entry: ArchiveEntry): void {
    for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) {
      if (links.has(folder)) throw refusal(entry, 'it lies below a symbolic link');
    }
  }

  return {
    files,
    check(entry) {
      entries += 1;
      bytes += entry.size;
      if (entries > limits.filesMax) throw tooLarge(`it holds more than ${limits.filesMax} files`);
      if (bytes > limits.bytesMax) throw tooLarge(`it unpacks to more than ${limits.bytesMax} bytes`);
      const path = insidePath(entry);
      refuseBelowLink(path, entry);
      if (links.has(path)) throw refusal(entry, 'it replaces a symbolic link');
      switch (entry.type) {
        case 'file':
          files.add(path);
          return;
        case 'directory':
          return;
        case 'link': {
          const target = insidePath({ ...entry, name: entry.linkname ?? '' });
          refuseBelowLink(target, entry);
          if (!files.has(target)) throw refusal(entry, 'it is a hard link to something that is no earlier file');
          files.add(path);
          return;
        }
        case 'symlink':
          if (files.has(path)) throw refusal(entry, 'it replaces a file by a symbolic link');
          checkLinkTarget(path, entry);
          links.add(path);
          return;
        default:
          throw refusal(entry, `it is a ${entry.type.replaceAll('-', ' ')}, not a file, folder or link`);
      }
    },
  };
}

function insidePath(entry: ArchiveEntry): string {
  const { name } = entry;
  if (name === '' || name.length > PATH_LENGTH_MAX) throw refusal(entry, 'its path is empty or too long');
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) throw refusal(entry, 'its path is absolute');
  // A backslash is a folder to some unpackers and a letter to others; neither reading may surprise.
  if (name.includes('\\') || name.includes('\0')) throw refusal(entry, 'its path has a character that is not allowed');
  if (name.split('/').includes('..')) throw refusal(entry, 'its path leaves the folder');
  return posix.normalize(name).replace(/\/$/, '');
}

function checkLinkTarget(path: string, entry: ArchiveEntry): void {
  const target = entry.linkname ?? '';
  if (target === '' || target.startsWith('/')) throw refusal(entry, `it links to "${target}", outside the folder`);
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const climb = parts.findIndex((part) => part !== '..');
  const climbs = climb === -1 ? parts.length : climb;
  if (parts.slice(climbs).includes('..'))
    throw refusal(entry, `it links to "${target}", which climbs after descending`);
  const depth = path.split('/').length - 1;
  if (climbs > depth) throw refusal(entry, `it links to "${target}", outside the folder`);
}

function refusal(entry: ArchiveEntry, why: string): BuildRefusal {
  return new BuildRefusal(
    'invalid_build_configuration',
    `Cannot unpack the source: entry "${printable(entry.name)}" is refused because ${why}. Remove it and upload again`,
  );
}

function tooLarge(why: string): BuildRefusal {
  return new BuildRefusal(
    'invalid_build_configuration',
    `Cannot unpack the source: ${why}. List what is not needed in .ceignore and upload again`,
  );
}

function printable(name: string): string {
  return name.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200);
}
