import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { takeLock } from './exclusive-lock.ts';

async function lockPath(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-lock-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'deep/lock');
}

test('takeLock() has the second wait until the first lets go', async (t) => {
  const path = await lockPath(t);
  const first = await takeLock(path);
  let told = 0;
  const waiting = takeLock(path, {
    onWait: () => {
      told += 1;
      void first[Symbol.asyncDispose]();
    },
  });
  await using second = await waiting;
  assert.deepEqual([first.waited, second.waited, told], [false, true, 1]);
});

test('takeLock() lets go when the command was aborted while it held the lock', async (t) => {
  const path = await lockPath(t);
  const stop = new AbortController();
  const lock = await takeLock(path, { signal: stop.signal });
  stop.abort();
  await lock[Symbol.asyncDispose]();
  await using again = await takeLock(path);
  assert.ok(again);
});
