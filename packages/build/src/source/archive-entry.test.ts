import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ArchiveEntry, createArchiveJudge } from './archive-entry.ts';

const LIMITS = { bytesMax: 1000, filesMax: 5 };

type Brief = readonly [name: string, type?: string, linkname?: string];

function judge(entries: readonly Brief[], size = 1): readonly string[] {
  const made = createArchiveJudge(LIMITS);
  for (const [name, type = 'file', linkname] of entries) {
    const entry: ArchiveEntry = { name, type, size, linkname };
    made.check(entry);
  }
  return [...made.files];
}

test('an archive of files, folders and links inside is accepted', () => {
  const files = judge([
    ['./a/', 'directory'],
    ['./a/b.txt'],
    ['a/link', 'symlink', '../a/b.txt'],
    ['hard', 'link', 'a/b.txt'],
  ]);
  assert.deepEqual(files, ['a/b.txt', 'hard']);
});

test('everything that could reach outside the folder is refused', () => {
  const table: readonly (readonly [readonly Brief[], RegExp])[] = [
    [[['/etc/passwd']], /path is absolute/],
    [[['C:/x']], /path is absolute/],
    [[['../x']], /path leaves the folder/],
    [[['a/../../x']], /path leaves the folder/],
    [[['a\\..\\x']], /character that is not allowed/],
    [[['l', 'symlink', '/etc']], /outside the folder/],
    [[['l', 'symlink', '..']], /outside the folder/],
    [[['a/l', 'symlink', '../../x']], /outside the folder/],
    [[['a/l', 'symlink', 'b/../..']], /climbs after descending/],
    [[['l', 'symlink', 'a'], ['l/x']], /below a symbolic link/],
    [[['l', 'symlink', 'a'], ['l']], /replaces a symbolic link/],
    [[['h', 'link', '/etc/shadow']], /path is absolute/],
    [[['h', 'link', 'missing']], /hard link to something that is no earlier file/],
    [
      [
        ['l', 'symlink', 'a'],
        ['h', 'link', 'l/x'],
      ],
      /below a symbolic link/,
    ],
    [[['d', 'block-device']], /it is a block device/],
    [[['p', 'fifo']], /it is a fifo/],
    [[['']], /path is empty/],
  ];
  for (const [entries, message] of table) assert.throws(() => judge(entries), message, JSON.stringify(entries));
});

test('more files or bytes than allowed are refused with a way out', () => {
  const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name] as const);
  assert.throws(() => judge(six), /more than 5 files\. List what is not needed in \.ceignore/);
  assert.throws(() => judge([['a'], ['b']], 600), /unpacks to more than 1000 bytes/);
});

test('a refusal shows no control characters of the archive', () => {
  assert.throws(() => judge([['/\u001b[31mx']]), /entry "\/\?\[31mx" is refused/);
});
