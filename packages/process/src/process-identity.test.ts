import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identifyProcess, isAlive, parseProcessStat, signalProcess } from './process-identity.ts';

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

test('identifyProcess() knows nothing of a process that does not exist', () => {
  assert.equal(identifyProcess(2 ** 30), undefined);
});
