import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { takeMachineLock } from './machine-lock.ts';

test('takeMachineLock() lets one holder in at a time and gives up when aborted', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-lock-'));
  t.after(() => rm(dir, { recursive: true }));
  const path = join(dir, 'lock');
  const never = new AbortController().signal;
  const first = await takeMachineLock(path, never);
  const second = takeMachineLock(path, never);
  const impatient = new AbortController();
  const third = takeMachineLock(path, impatient.signal);
  impatient.abort();
  await assert.rejects(third, { name: 'AbortError' });
  await first.release();
  await using held = await second;
  assert.ok(held);
});
