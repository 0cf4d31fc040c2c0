import assert from 'node:assert/strict';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BuildWorkload } from '@slipway/engine';
import { repositoryOf } from '../dockerfile/image-names.ts';
import { type BuiltImage, openReuseIndex } from './reuse-index.ts';
import { reuseKeyFor } from './reuse-key.ts';

const BUILD: BuildWorkload = {
  projectId: 'p',
  buildRunName: 'r',
  source: { archivePath: '/a', sha256: '00' },
  contextDir: '',
  strategy: 'dockerfile',
  specFile: 'Dockerfile',
  buildArguments: { A: '1', B: '2' },
  outputImage: 'r/p/a:1',
  cpuMillis: 1000,
  memoryBytes: 1e9,
  diskBytes: 1e9,
  timeoutMs: 1000,
};

test('reuseKeyFor() changes with everything that changes the image, and with nothing else', () => {
  const key = reuseKeyFor(BUILD);
  const same: readonly Partial<BuildWorkload>[] = [
    { buildRunName: 'other', outputImage: 'x', cpuMillis: 1, timeoutMs: 1 },
    { buildArguments: { B: '2', A: '1' } },
    { source: { archivePath: '/elsewhere', sha256: '00' } },
  ];
  const different: readonly Partial<BuildWorkload>[] = [
    { source: { archivePath: '/a', sha256: '01' } },
    { contextDir: 'x' },
    { strategy: 'buildpacks' },
    { specFile: 'other' },
    { buildArguments: { A: '1' } },
    { projectId: 'q' },
  ];
  for (const change of same) assert.equal(reuseKeyFor({ ...BUILD, ...change }), key, JSON.stringify(change));
  for (const change of different) assert.notEqual(reuseKeyFor({ ...BUILD, ...change }), key, JSON.stringify(change));
});

function built(imageId: string): BuiltImage {
  return { imageId, digest: 'sha256:1', repository: 'r/p', bases: [], summary: 's' };
}

test('the reuse index survives a restart, keeps what was used last, and starts empty when damaged', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'slipway-reuse-'));
  const path = join(dir.path, 'reuse.json');
  const index = await openReuseIndex(path, 2);
  await Promise.all([index.put('a', built('1')), index.put('b', built('2'))]);
  assert.equal(index.get('a')?.imageId, '1');
  await index.put('c', built('3'));
  const again = await openReuseIndex(path, 2);
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => again.get(key)?.imageId),
    ['1', undefined, '3'],
  );
  await writeFile(path, '[["a"');
  assert.equal((await openReuseIndex(path)).get('a'), undefined);
});

test('the reuse index forgets what is gone, also for the next start', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'slipway-reuse-'));
  const path = join(dir.path, 'reuse.json');
  const index = await openReuseIndex(path);
  await index.put('a', built('1'));
  await index.put('b', { ...built('2'), repository: 'r/q' });
  await index.forget(({ repository }) => repository === 'r/p');
  await index.forget(() => false);
  for (const one of [index, await openReuseIndex(path)]) {
    assert.deepEqual(
      ['a', 'b'].map((key) => one.get(key)?.imageId),
      [undefined, '2'],
    );
  }
});

test('repositoryOf() leaves the port and takes the tag and digest away', () => {
  assert.equal(repositoryOf('r:5000/a/b:1'), 'r:5000/a/b');
  assert.equal(repositoryOf('r:5000/a/b'), 'r:5000/a/b');
  assert.equal(repositoryOf('r/a@sha256:00'), 'r/a');
});
