import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBuildQueue } from './build-queue.ts';

const NEVER = new AbortController().signal;

test('take() hands out seats in order, and a given-back seat goes to who waited longest', async () => {
  const queue = createBuildQueue(1, 2);
  const first = await queue.take(NEVER);
  const order: string[] = [];
  const second = queue.take(NEVER).then((seat) => {
    order.push('second');
    return seat;
  });
  const third = queue.take(NEVER).then((seat) => {
    order.push('third');
    return seat;
  });
  first[Symbol.dispose]();
  const held = await second;
  assert.equal(held.number, 0);
  held[Symbol.dispose]();
  held[Symbol.dispose]();
  await third;
  assert.deepEqual(order, ['second', 'third']);
});

test('take() refuses when too many wait, and lets go of who gives up waiting', async () => {
  const queue = createBuildQueue(1, 1);
  const held = await queue.take(NEVER);
  const leaving = new AbortController();
  const waiting = queue.take(leaving.signal);
  await assert.rejects(queue.take(NEVER), /1 builds already wait/);
  leaving.abort(new Error('left'));
  await assert.rejects(waiting, /left/);
  const next = queue.take(NEVER);
  held[Symbol.dispose]();
  assert.equal((await next).number, 0);
});
