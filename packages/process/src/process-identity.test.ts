import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import {
  identifyProcess,
  isAlive,
  parseCaught,
  parseProcessStat,
  signalIfCaught,
  signalProcess,
} from './process-identity.ts';

test('parseProcessStat() survives a command with brackets and spaces in its name', () => {
  const fields = Array.from({ length: 48 }, (_, index) => String(index + 4)).join(' ');
  assert.deepEqual(parseProcessStat(`42 (a) b (c)) S ${fields}`), { state: 'S', startTicks: '22' });
  assert.equal(parseProcessStat(''), undefined);
});

test('isAlive() knows a process from a later one with its number', () => {
  const identity = identifyProcess(process.pid);
  assert.ok(identity);
  assert.equal(isAlive(identity), true);
  const earlier = { ...identity, startTicks: '1' };
  assert.equal(isAlive(earlier), false);
  assert.equal(signalProcess(earlier, 'SIGKILL'), false);
});

test('parseCaught() finds a signal among those that are handled', () => {
  const status = 'Name:\tdnsmasq\nSigIgn:\t0000000000001001\nSigCgt:\t0000000000002a01\n';
  assert.deepEqual(
    (['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGTERM'] as const).map((signal) => parseCaught(status, signal)),
    [true, true, true, false],
  );
  assert.equal(parseCaught('', 'SIGHUP'), false);
});

test('signalIfCaught() leaves alone who has no handler', async (t) => {
  const child = spawn('sleep', ['60']);
  t.after(() => child.kill('SIGKILL'));
  await once(child, 'spawn');
  const plain = identifyProcess(child.pid ?? 0);
  const own = identifyProcess(process.pid);
  assert.ok(plain && own);
  assert.equal(signalIfCaught(plain, 'SIGHUP'), false);
  assert.equal(isAlive(plain), true);
  const heard = once(process, 'SIGHUP');
  assert.equal(signalIfCaught(own, 'SIGHUP'), true);
  await heard;
});

test('identifyProcess() knows nothing of a process that does not exist', () => {
  assert.equal(identifyProcess(2 ** 30), undefined);
});
