import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtempDisposable, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { type CopyTrees, planCopy } from './copy-plan.ts';
import { openImageTree } from './image-tree.ts';
import { writeLayer } from './layer-archive.ts';
import { openSourceTree } from './source-tree.ts';
import type { CopyStep } from './split-dockerfile.ts';

const HAPPY: CopyStep = { kind: 'copy', sources: [], target: '', uid: 0, gid: 0, text: '' };

async function fill(root: string, files: readonly string[]): Promise<void> {
  for (const path of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), path);
    await chmod(join(root, path), 0o644);
  }
}

async function openTrees(root: string): Promise<CopyTrees> {
  const [context, image] = [join(root, 'context'), join(root, 'image')];
  await fill(context, ['a.txt', 'dir/b.txt', 'dir/deep/c.txt', 'odd/.wh.a.txt', 'left.out']);
  await symlink('b.txt', join(context, 'dir/link'));
  await symlink('dir', join(context, 'linked'));
  await fill(image, ['app/a.txt', 'file']);
  await chmod(join(image, 'app'), 0o700);
  await symlink('/etc', join(image, 'elsewhere'));
  const source = openSourceTree(context, (path) => path === 'left.out');
  return { source, image: openImageTree(image), workingDir: '/app' };
}

test('planCopy() places files and what folders hold, and names the folders above as they are', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'slipway-copy-'));
  const trees = await openTrees(dir.path);
  const placed = async (sources: readonly string[], target: string, owner = {}) => {
    const entries = await planCopy({ ...HAPPY, sources, target, ...owner }, trees);
    return entries?.map(({ kind, path, mode, uid }) => `${kind} ${path} ${mode.toString(8)} ${uid}`);
  };
  const uid = process.getuid?.() ?? 0;
  assert.deepEqual(await placed(['a.txt'], '.'), [`folder app 700 ${uid}`, 'file app/a.txt 644 0']);
  assert.deepEqual(await placed(['a.txt'], '/new/name'), ['folder new 755 0', 'file new/name 644 0']);
  assert.deepEqual(await placed(['./dir/'], 'x/y', { uid: 7 }), [
    `folder app 700 ${uid}`,
    'folder app/x 755 7',
    'folder app/x/y 755 7',
    'file app/x/y/b.txt 644 7',
    'folder app/x/y/deep 755 7',
    'file app/x/y/deep/c.txt 644 7',
    'link app/x/y/link 777 7',
  ]);
  assert.deepEqual(await placed(['a.txt', 'dir/b.txt'], '/'), ['file a.txt 644 0', 'file b.txt 644 0']);
  assert.deepEqual(await placed(['a.txt'], '/new'), ['folder new 755 0', 'file new/a.txt 644 0'], 'a folder by now');
});

test('planCopy() plans nothing where a link, another kind of file or nothing is', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'slipway-copy-'));
  const table: readonly (readonly [readonly string[], string])[] = [
    [['nope'], '/'],
    [['left.out'], '/'],
    [['linked'], '/'],
    [['linked/b.txt'], '/'],
    [['dir/link'], '/'],
    [['a.txt'], '/elsewhere/'],
    [['a.txt'], '/elsewhere/passwd'],
    [['a.txt'], '/file/below'],
    [['dir'], '/file'],
    [['odd'], '/'],
  ];
  for (const [sources, target] of table) {
    const entries = await planCopy({ ...HAPPY, sources, target }, await openTrees(join(dir.path, target, ...sources)));
    assert.equal(entries, undefined, `${sources.join(' ')} ${target}`);
  }
});

test('writeLayer() writes the same bytes for the same files', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'slipway-copy-'));
  const trees = await openTrees(dir.path);
  await writeFile(join(dir.path, 'context/large'), Buffer.alloc(3 * 1024 * 1024, 7));
  const entries = await planCopy({ ...HAPPY, sources: ['dir', 'large'], target: `/${'long/'.repeat(60)}` }, trees);
  assert.ok(entries);
  const { signal } = new AbortController();
  const places = (name: string) => ({ contextPath: join(dir.path, 'context'), path: join(dir.path, name) });
  const first = await writeLayer(entries, places('1.tar'), signal);
  const second = await writeLayer(entries, places('2.tar'), signal);
  assert.match(first.digest, /^sha256:[0-9a-f]{64}$/);
  assert.deepEqual({ ...second, path: first.path }, first);
  await assert.rejects(writeLayer(entries, places('3.tar'), AbortSignal.abort()), { name: 'AbortError' });
});
