import assert from 'node:assert/strict';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LogEntry } from '@slipway/engine';
import { createBuildLogs } from './build-log.ts';

const KEY = { projectId: 'p', buildRunName: 'r' };
const NEVER = new AbortController().signal;

async function texts(entries: AsyncIterable<LogEntry>): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { stream, text } of entries) found.push(`${stream}: ${text}`);
  return found;
}

test('a build log is read back whole, by its tail, and after a restart', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'slipway-log-'));
  const logs = createBuildLogs(dir.path);
  const writer = await logs.open(KEY);
  for (const text of ['one', 'two\ttabs "quoted"', 'three']) writer.write(text, text === 'three' ? 'stderr' : 'stdout');
  await writer.close();
  const again = createBuildLogs(dir.path);
  assert.deepEqual(await texts(again.read(KEY, { follow: false }, NEVER)), [
    'stdout: one',
    'stdout: two\ttabs "quoted"',
    'stderr: three',
  ]);
  assert.deepEqual(await texts(again.read(KEY, { follow: false, tail: 1 }, NEVER)), ['stderr: three']);
  assert.deepEqual(await texts(again.read(KEY, { follow: true, tail: 0 }, NEVER)), []);
  await again.remove(KEY);
  assert.deepEqual(await texts(again.read(KEY, { follow: true }, NEVER)), []);
});

test('the logs of a project go together, and a name that leads elsewhere is refused', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'slipway-log-'));
  const logs = createBuildLogs(dir.path);
  const keys = [KEY, { ...KEY, buildRunName: 'other' }, { ...KEY, projectId: 'q' }];
  for (const key of keys) {
    const writer = await logs.open(key);
    writer.write('one');
    await writer.close();
  }
  await logs.removeProject('p');
  await logs.removeProject('p');
  const left = await Promise.all(keys.map((key) => texts(logs.read(key, { follow: false }, NEVER))));
  assert.deepEqual(left, [[], [], ['stdout: one']]);
  assert.throws(() => logs.removeProject('..'), /not a name/);
});

test('a follower gets every line from the start of the build to its end', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'slipway-log-'));
  const logs = createBuildLogs(dir.path);
  const opening = logs.open(KEY);
  const following = texts(logs.read(KEY, { follow: true }, NEVER));
  const writer = await opening;
  for (let line = 0; line < 500; line += 1) writer.write(`${line}`);
  await writer.close();
  assert.equal((await following).length, 500);
});

test('a follower ends when its signal aborts', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'slipway-log-'));
  const logs = createBuildLogs(dir.path);
  const writer = await logs.open(KEY);
  const stop = new AbortController();
  const following = texts(logs.read(KEY, { follow: true }, stop.signal));
  stop.abort();
  assert.deepEqual(await following, []);
  await writer.close();
});

test('a log stops at its limit and says so', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'slipway-log-'));
  const logs = createBuildLogs(dir.path, 500);
  const writer = await logs.open(KEY);
  for (let line = 0; line < 100; line += 1) writer.write(`line ${line}`);
  await writer.close();
  const read = await texts(logs.read(KEY, { follow: false }, NEVER));
  assert.ok(read.length < 10);
  assert.equal(read.at(-1), 'stderr: The log is longer than 500 bytes: the rest is left out');
});

test('a name that is no name of a build run is refused', async () => {
  const logs = createBuildLogs('/nonexistent');
  await assert.rejects(logs.open({ projectId: '..', buildRunName: 'x' }), TypeError);
  assert.throws(() => logs.read({ projectId: 'p', buildRunName: '../x' }, { follow: false }, NEVER), TypeError);
});
