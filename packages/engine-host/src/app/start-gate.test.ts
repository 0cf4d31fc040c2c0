import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStartGate } from './start-gate.ts';

const never = new AbortController().signal;

test('createStartGate() lets the next in when one leaves, in order', async () => {
  const gate = createStartGate(1);
  const entered: string[] = [];
  const leave = await gate.enter(never);
  const second = gate.enter(never).then((out) => (entered.push('second'), out));
  const third = gate.enter(never).then((out) => (entered.push('third'), out));
  await Promise.resolve();
  assert.deepEqual(entered, []);
  leave();
  leave();
  (await second)();
  await third;
  assert.deepEqual(entered, ['second', 'third']);
});

test('createStartGate() forgets who gave up', async () => {
  const gate = createStartGate(1);
  const leave = await gate.enter(never);
  const impatient = new AbortController();
  const waiting = gate.enter(impatient.signal);
  impatient.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/);
  await assert.rejects(gate.enter(impatient.signal), /enough/);
  leave();
  await gate.enter(never);
});
