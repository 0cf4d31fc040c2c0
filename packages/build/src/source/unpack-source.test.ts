import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { lstat, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { createGzip } from 'node:zlib';
import { packTar, type TarSource } from 'modern-tar/fs';
import { BuildRefusal } from '../build-refusal.ts';
import { unpackSource } from './unpack-source.ts';

const LIMITS = { bytesMax: 1e6, filesMax: 100 };
const NEVER = new AbortController().signal;
const SOURCES: readonly TarSource[] = [
  { type: 'content', target: 'bin/run', content: '#!/bin/sh\n', mode: 0o4777 },
  { type: 'content', target: 'README', content: 'read me', mode: 0o600 },
];

test('unpackSource() unpacks plain and compressed archives and drops owners and set-id bits', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'slipway-unpack-'));
  const plain = join(dir.path, 'a.tar');
  const packed = join(dir.path, 'a.tgz');
  await pipeline(packTar(SOURCES), createWriteStream(plain));
  await pipeline(packTar(SOURCES), createGzip(), createWriteStream(packed));
  for (const path of [plain, packed]) {
    const into = `${path}-out`;
    const files = await unpackSource({ path, into, limits: LIMITS }, NEVER);
    assert.deepEqual([...files].toSorted(), ['README', 'bin/run']);
    assert.equal(await readFile(join(into, 'README'), 'utf8'), 'read me');
    assert.equal((await lstat(join(into, 'bin/run'))).mode & 0o7777, 0o755);
    assert.equal((await lstat(join(into, 'README'))).mode & 0o7777, 0o644);
  }
});

test('unpackSource() says that a damaged archive is damaged', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'slipway-unpack-'));
  const whole = join(dir.path, 'whole.tgz');
  await pipeline(packTar(SOURCES), createGzip(), createWriteStream(whole));
  const bytes = await readFile(whole);
  const contents: readonly Uint8Array[] = [
    Buffer.from('this is no archive'.repeat(100)),
    bytes.subarray(0, bytes.length - 20),
  ];
  for (const [index, content] of contents.entries()) {
    const path = join(dir.path, `${index}`);
    await writeFile(path, content);
    await assert.rejects(unpackSource({ path, into: `${path}-out`, limits: LIMITS }, NEVER), (error) => {
      assert.ok(error instanceof BuildRefusal);
      assert.match(error.message, /the archive is damaged or is not a tar file/);
      return true;
    });
  }
});

test('unpackSource() writes nothing of an entry that is refused', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'slipway-unpack-'));
  const path = join(dir.path, 'a.tar');
  const link = { name: 'x', type: 'symlink', linkname: '/etc/passwd', size: 0 } as const;
  const { packTar: packEntries } = await import('modern-tar');
  await writeFile(path, await packEntries([{ header: link }]));
  await assert.rejects(unpackSource({ path, into: `${path}-out`, limits: LIMITS }, NEVER), /links to "\/etc\/passwd"/);
  await assert.rejects(lstat(join(`${path}-out`, 'x')), { code: 'ENOENT' });
});
