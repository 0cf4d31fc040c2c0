import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Refusal } from '@slipway/spec';
import { openFileSourceStore } from './file-source-store.ts';

const OPTIONS = { bytesMax: 1000, signal: new AbortController().signal };

function makeDir(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-sources-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  for (const char of text) yield Buffer.from(char);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function filesIn(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

test('put() stores the bytes under their hash, in the project that sent them', async (t) => {
  const store = await openFileSourceStore({ dir: makeDir(t) });
  const projectId = randomUUID();
  const sha256 = hashOf('hello');
  const source = await store.put(projectId, sha256, chunksOf('hello'), OPTIONS);
  assert.equal(source.sizeBytes, 5);
  assert.equal(readFileSync(source.archivePath, 'utf8'), 'hello');
  assert.deepEqual(await store.get(projectId, sha256), source);
  assert.equal(await store.get(randomUUID(), sha256), undefined);
  assert.equal(await store.get(projectId, '../../etc/passwd'), undefined);
  await store.removeProject(projectId);
  assert.equal(await store.get(projectId, sha256), undefined);
});

test('put() refuses other bytes than announced, too many bytes and a caller who leaves; nothing stays', async (t) => {
  const dir = makeDir(t);
  const store = await openFileSourceStore({ dir });
  const refusedWith = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
  await assert.rejects(store.put('p', hashOf('other'), chunksOf('hello'), OPTIONS), refusedWith('source_corrupt'));
  const small = { ...OPTIONS, bytesMax: 4 };
  await assert.rejects(store.put('p', hashOf('hello'), chunksOf('hello'), small), refusedWith('body_too_large'));
  const gone = { ...OPTIONS, signal: AbortSignal.abort() };
  await assert.rejects(store.put('p', hashOf('hello'), chunksOf('hello'), gone), { name: 'AbortError' });
  assert.deepEqual(filesIn(dir), []);
});

test('put() of what is there already changes nothing', async (t) => {
  const dir = makeDir(t);
  const store = await openFileSourceStore({ dir });
  await store.put('p', hashOf('hello'), chunksOf('hello'), OPTIONS);
  await store.put('p', hashOf('hello'), chunksOf('hello'), OPTIONS);
  assert.deepEqual(filesIn(dir), [`${hashOf('hello')}.tar`]);
});

test('collect() deletes the least recently wanted sources until the budget fits, and spares those to keep', async (t) => {
  const store = await openFileSourceStore({ dir: makeDir(t) });
  for (const [index, text] of ['first', 'second', 'third'].entries()) {
    const { archivePath } = await store.put('p', hashOf(text), chunksOf(text), OPTIONS);
    utimesSync(archivePath, 1000 + index, 1000);
  }
  await store.collect(6, new Set([hashOf('first')]));
  assert.ok(await store.get('p', hashOf('first')));
  assert.equal(await store.get('p', hashOf('second')), undefined);
  assert.equal(await store.get('p', hashOf('third')), undefined);
});
