import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { giveFilesTo, isVolume, writeVolume } from './volume-folder.ts';

function newFolder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'volume-'));
  t.after(() => rmSync(dir, { recursive: true }));
  return join(dir, 'volume');
}

/** What a program sees that lists the folder and leaves out what begins with two dots. */
function contentOf(dir: string): Record<string, string> {
  const names = readdirSync(dir).filter((name) => !name.startsWith('..'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(dir, name), 'utf8')]));
}

test('writeVolume() gives every key a file that nobody may write, with exactly its bytes', (t) => {
  const dir = newFolder(t);
  const files = { 'a.conf': 'one\n', '.hidden': '', unicode: 'ä€😀\r\n\u0000' };
  writeVolume(dir, files);
  assert.deepEqual(contentOf(dir), files);
  assert.equal(statSync(join(dir, 'unicode')).size, Buffer.byteLength(files.unicode));
  assert.equal(statSync(join(dir, 'a.conf')).mode & 0o777, 0o444);
});

test('writeVolume() moves one link, drops what is gone, and leaves no older version behind', (t) => {
  const dir = newFolder(t);
  writeVolume(dir, { kept: '1', gone: '1' });
  const before = readlinkSync(join(dir, '..data'));
  writeVolume(dir, { kept: '2', added: '2' });
  const after = readlinkSync(join(dir, '..data'));
  assert.notEqual(after, before);
  assert.deepEqual(contentOf(dir), { kept: '2', added: '2' });
  assert.equal(readlinkSync(join(dir, 'kept')), '..data/kept');
  assert.deepEqual(readdirSync(dir).toSorted(), ['..data', after, 'added', 'kept'].toSorted());
  writeVolume(dir, {});
  assert.deepEqual(contentOf(dir), {});
  assert.equal(isVolume(dir), true);
});

test('writeVolume() keeps private files for one user, through every version', (t) => {
  const dir = newFolder(t);
  const modes = () => readdirSync(join(dir, '..data')).map((name) => statSync(join(dir, '..data', name)).mode & 0o777);
  writeVolume(dir, { token: 'one', namespace: 'x' }, { isPrivate: true });
  assert.deepEqual(modes(), [0o400, 0o400]);
  // Giving a file away takes root; to oneself it is given by everyone.
  const userId = process.getuid?.() === 0 ? 12_345 : (process.getuid?.() ?? 0);
  giveFilesTo(dir, userId);
  writeVolume(dir, { token: 'two', namespace: 'x' }, { isPrivate: true });
  assert.equal(statSync(join(dir, 'token')).uid, userId);
  assert.deepEqual(modes(), [0o400, 0o400]);
  assert.equal(statSync(join(dir, '..data')).mode & 0o777, 0o755);
});

test('writeVolume() with the same content touches nothing', (t) => {
  const dir = newFolder(t);
  writeVolume(dir, { a: '1', b: '2' });
  const changes = () => ['.', ...readdirSync(dir)].map((name) => [name, statSync(join(dir, name)).ctimeMs]);
  const before = changes();
  writeVolume(dir, { b: '2', a: '1' });
  assert.deepEqual(changes(), before);
});

test('writeVolume() finishes what was cut off, wherever that was', (t) => {
  const dir = newFolder(t);
  writeVolume(dir, { a: '1', b: '1' });
  const version = readlinkSync(join(dir, '..data'));
  mkdirSync(join(dir, '..draft'));
  writeFileSync(join(dir, '..draft', 'a'), 'half');
  writeVolume(dir, { a: '2', b: '2' });
  // The links were not made yet, and the version before was not removed yet.
  rmSync(join(dir, 'b'));
  mkdirSync(join(dir, version));
  writeVolume(dir, { a: '2', b: '2' });
  assert.deepEqual(contentOf(dir), { a: '2', b: '2' });
  assert.equal(readdirSync(dir).length, 4);
  assert.equal(isVolume(newFolder(t)), false);
});

test('writeVolume() takes no name that leads elsewhere, and then changes nothing', (t) => {
  const dir = newFolder(t);
  writeVolume(dir, { good: '1' });
  for (const name of ['../x', '..', '.', '..data', 'a/b', '', 'a\0', 'x'.repeat(256)]) {
    assert.throws(() => writeVolume(dir, { good: '2', [name]: 'x' }), /is no name of a file/, JSON.stringify(name));
  }
  assert.deepEqual(contentOf(dir), { good: '1' });
});
