import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { takePlatformLock } from './platform-lock.ts';
import { StartupFailure } from './startup-failure.ts';

async function runDir(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-lock-'));
  t.after(() => rm(dir, { recursive: true }));
  return dir;
}

test('takePlatformLock() gives the lock to one and names it to the next', async (t) => {
  const dir = await runDir(t);
  const lock = await takePlatformLock(dir);
  await assert.rejects(takePlatformLock(dir), (error) => {
    assert.ok(error instanceof StartupFailure);
    assert.equal(error.kind, 'already_running');
    assert.match(error.message, new RegExp(`process ${process.pid} runs it already`));
    return true;
  });
  await lock.release();
  await using _again = await takePlatformLock(dir);
});

test('takePlatformLock() keeps platforms apart', async (t) => {
  await using _one = await takePlatformLock(await runDir(t));
  await using _other = await takePlatformLock(await runDir(t));
});

test('takePlatformLock() takes over from a holder that was killed', async (t) => {
  const dir = await runDir(t);
  const script = `
    const { takePlatformLock } = await import(${JSON.stringify(import.meta.resolve('./platform-lock.ts'))});
    await takePlatformLock(${JSON.stringify(dir)});
    setInterval(() => {}, 1000);
    console.log('held');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  await assert.rejects(takePlatformLock(dir), new RegExp(`process ${child.pid} runs it already`));
  child.kill('SIGKILL');
  await ended;
  await using _lock = await takePlatformLock(dir);
});
