import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { unpackTar } from 'modern-tar';
import { packFolder } from './pack-folder.ts';
import { scanFolder } from './scan-folder.ts';

async function makeFolder(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-pack-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

async function pathsOf(folder: string): Promise<readonly string[]> {
  return (await scanFolder(folder)).entries.map((entry) => entry.path);
}

const { signal } = new AbortController();

test('packFolder() gives the same folder the same hash, whatever its times, modes of writing and place', async (t) => {
  const files = {
    'b.txt': 'b',
    'a/z.txt': 'z',
    'a/é.txt': 'e',
    [`long/${'x'.repeat(120)}/${'y'.repeat(120)}.txt`]: 'l',
  };
  const one = await makeFolder(t, files);
  const two = await makeFolder(t, Object.fromEntries(Object.entries(files).toReversed()));
  await utimes(join(two, 'b.txt'), 1, 1);
  await chmod(join(two, 'b.txt'), 0o600);
  await using first = await packFolder(await scanFolder(one), signal);
  await using second = await packFolder(await scanFolder(two), signal);
  assert.match(first.sha256, /^[0-9a-f]{64}$/);
  assert.equal(first.sha256, second.sha256);
  await chmod(join(two, 'b.txt'), 0o755);
  await using third = await packFolder(await scanFolder(two), signal);
  assert.notEqual(third.sha256, first.sha256);
});

test('packFolder() keeps contents, executable bits and links, and no owners or times', async (t) => {
  const folder = await makeFolder(t, { 'run.sh': '#!/bin/sh\n', 'big.bin': 'x'.repeat(300_000) });
  await chmod(join(folder, 'run.sh'), 0o700);
  await symlink('run.sh', join(folder, 'link'));
  await using packed = await packFolder(await scanFolder(folder), signal);
  const entries = await unpackTar(await readFile(packed.path));
  const seen = entries.map(({ header }) => [
    header.name,
    header.type,
    header.mode,
    header.uid,
    header.mtime?.getTime(),
  ]);
  assert.deepEqual(seen, [
    ['big.bin', 'file', 0o644, 0, 0],
    ['link', 'symlink', 0o777, 0, 0],
    ['run.sh', 'file', 0o755, 0, 0],
  ]);
  assert.equal(entries[0]?.data?.length, 300_000);
});

test('scanFolder() leaves behind what .gitignore and .ceignore name, .git and node_modules', async (t) => {
  const folder = await makeFolder(t, {
    '.gitignore': '*.log\ndist/\n/only-root.txt\n',
    '.ceignore': '!dist/\nsecret.txt\n',
    '.git/config': '',
    'node_modules/a/index.js': '',
    'app.js': '',
    'app.log': '',
    'dist/app.js': '',
    'secret.txt': '',
    'only-root.txt': '',
    'sub/only-root.txt': '',
    'sub/.gitignore': '!keep.log\nlocal\n',
    'sub/keep.log': '',
    'sub/local': '',
  });
  assert.deepEqual(await pathsOf(folder), [
    '.ceignore',
    '.gitignore',
    'app.js',
    'dist',
    'dist/app.js',
    'sub',
    'sub/.gitignore',
    'sub/keep.log',
    'sub/only-root.txt',
  ]);
});

test('scanFolder() leaves links that lead out behind, and says which', async (t) => {
  const folder = await makeFolder(t, { 'a/file': 'x' });
  await symlink('/etc/passwd', join(folder, 'absolute'));
  await symlink('../../outside', join(folder, 'a/above'));
  await symlink('../a/file', join(folder, 'a/inside'));
  const scan = await scanFolder(folder);
  assert.deepEqual(scan.skippedLinks, ['a/above', 'absolute']);
  assert.deepEqual(
    scan.entries.map((entry) => entry.path),
    ['a', 'a/file', 'a/inside'],
  );
});

test('scanFolder() refuses what cannot be deployed, naming what is large', async (t) => {
  const folder = await makeFolder(t, { 'video.mp4': 'x'.repeat(5000), 'data/1': '1', 'data/2': '2', 'app.js': '' });
  const empty = await makeFolder(t, {});
  const ignored = await makeFolder(t, { 'node_modules/a.js': '' });
  const bounds = { bytesMax: 1e6, filesMax: 100 };
  const cases: readonly (readonly [string, typeof bounds, RegExp])[] = [
    [join(folder, 'nowhere'), bounds, /there is no such folder/],
    [join(folder, 'app.js'), bounds, /it is a file/],
    [empty, bounds, /it holds no file$/],
    [ignored, bounds, /it holds no file that is not ignored/],
    [folder, { ...bounds, bytesMax: 4000 }, /it holds 4\.9 KiB, at most 3\.9 KiB are allowed/],
    [folder, { ...bounds, filesMax: 2 }, /it holds more than 2 files/],
  ];
  for (const [path, limits, message] of cases) await assert.rejects(scanFolder(path, limits), message);
  await assert.rejects(scanFolder(folder, { ...bounds, bytesMax: 4000 }), (error: Error & { fix: readonly string[] }) =>
    /4\.9 KiB {2}video\.mp4/.test(error.fix.join('\n')),
  );
  const flat = await makeFolder(t, { 'a.js': '', 'b.js': '', 'c.js': '' });
  await assert.rejects(scanFolder(flat, { ...bounds, filesMax: 2 }), (error: Error & { fix: readonly string[] }) =>
    /^ +2 files {2}\(in no folder\)$/m.test(error.fix.join('\n')),
  );
});
