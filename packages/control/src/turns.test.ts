import assert from 'node:assert/strict';
import { setImmediate as nextTick } from 'node:timers/promises';
import { test } from 'node:test';
import { Turns } from './turns.ts';

test('take() runs work under one key in order and one at a time, under another key beside it', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = turns.take('a', async () => {
    seen.push('first begins');
    await gate.promise;
    seen.push('first ends');
    return 1;
  });
  const second = turns.take('a', async () => {
    seen.push('second');
    return 2;
  });
  await turns.take('b', async () => void seen.push('other'));
  await nextTick();
  assert.deepEqual(seen, ['first begins', 'other']);
  gate.resolve();
  assert.deepEqual(await Promise.all([first, second]), [1, 2]);
  assert.deepEqual(seen, ['first begins', 'other', 'first ends', 'second']);
});

test('take() gives the turn on after work that failed', async () => {
  const turns = new Turns();
  const failing = turns.take('a', () => Promise.reject(new Error('no')));
  const next = turns.take('a', async () => 'done');
  await assert.rejects(failing, /no/);
  assert.equal(await next, 'done');
});
