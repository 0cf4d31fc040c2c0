import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStartGate, LATE_MS } from './start-gate.ts';

const never = new AbortController().signal;

test('createStartGate() lets the next in when one leaves, in order', async () => {
  const gate = createStartGate(1);
  const entered: string[] = [];
  const leave = await gate.enter('web', never);
  const second = gate.enter('web', never).then((out) => (entered.push('second'), out));
  const third = gate.enter('api', never).then((out) => (entered.push('third'), out));
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
  const leave = await gate.enter('web', never);
  const impatient = new AbortController();
  const waiting = gate.enter('web', impatient.signal);
  impatient.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/);
  await assert.rejects(gate.enter('web', impatient.signal), /enough/);
  leave();
  await gate.enter('web', never);
});

test('createStartGate() gives the places of starts that take long to other apps, and not to their own', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const gate = createStartGate(2);
  const entered: string[] = [];
  const enter = (owner: string) => gate.enter(owner, never).then((leave) => (entered.push(owner), leave));
  const leave = await enter('deaf');
  await enter('deaf');
  const third = enter('deaf');
  const others = [enter('web'), enter('api')];
  t.mock.timers.tick(LATE_MS - 1);
  await Promise.resolve();
  assert.deepEqual([entered, gate.isBusy], [['deaf', 'deaf'], true]);
  t.mock.timers.tick(1);
  for (const done of await Promise.all(others)) done();
  assert.deepEqual(entered, ['deaf', 'deaf', 'web', 'api']);
  assert.equal(gate.isBusy, false, 'nobody else waits for those that are late');
  leave();
  await third;
  assert.equal(entered.at(-1), 'deaf');
});
