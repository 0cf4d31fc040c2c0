import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCrashLoop } from './crash-loop.ts';
import { InstanceFault } from './instance-fault.ts';
import { restartDelayMs } from './restart-delay.ts';

const CRASH = new InstanceFault('exited', 'process exited with code 1', { exitCode: 1 });

test('restartDelayMs() doubles from half a second to a minute', () => {
  const delays = [1, 2, 3, 7, 8, 9, 1_000].map(restartDelayMs);
  assert.deepEqual(delays, [500, 1_000, 2_000, 32_000, 60_000, 60_000, 60_000]);
});

test('createCrashLoop() blocks from the second crash on until the next try is due', () => {
  let nowMs = 10_000;
  const loop = createCrashLoop(() => nowMs);
  loop.note(CRASH);
  assert.equal(loop.nextTryAtMs, 10_500);
  assert.equal(loop.blockedBy(), undefined);
  nowMs = 10_500;
  loop.note(CRASH);
  assert.equal(loop.blockedBy(), CRASH);
  nowMs = 11_500;
  assert.equal(loop.blockedBy(), undefined);
});

test('createCrashLoop() counts instances that fail together once', () => {
  let nowMs = 0;
  const loop = createCrashLoop(() => nowMs);
  assert.deepEqual([loop.note(CRASH), loop.note(CRASH)], [true, false]);
  nowMs = 600;
  assert.equal(loop.note(CRASH), true);
  assert.equal(loop.failures, 2);
  assert.equal(loop.nextTryAtMs, 1_600);
});

test('createCrashLoop() asks a full machine again every second and counts no failure', () => {
  let nowMs = 0;
  const loop = createCrashLoop(() => nowMs);
  for (; nowMs < 5_000; nowMs += 1_000) {
    loop.note(new InstanceFault('no_capacity', 'too many apps are awake'));
    assert.equal(loop.nextTryAtMs, nowMs + 1_000);
  }
  assert.equal(loop.failures, 0);
  assert.equal(loop.blockedBy(), undefined);
});

test('createCrashLoop() starts over when forgiven', () => {
  const loop = createCrashLoop(() => 0);
  loop.note(CRASH);
  loop.forgive();
  assert.equal(loop.failures, 0);
  assert.equal(loop.fault, undefined);
  assert.equal(loop.blockedBy(), undefined);
});
