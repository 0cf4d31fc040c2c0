import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSlotPool } from './slot-pool.ts';

test('createSlotPool() gives the slot that was freed longest ago, and none when all are taken', () => {
  const pool = createSlotPool(3);
  assert.equal(pool.claim('a'), 0);
  pool.release(0);
  assert.equal(pool.claim('b'), 1);
  assert.equal(pool.claim('c'), 2);
  assert.equal(pool.claim('d'), 0);
  assert.equal(pool.claim('e'), undefined);
  assert.equal(pool.ownerOf(1), 'b');
});

test('createSlotPool() adopts a slot once and only one that exists', () => {
  const pool = createSlotPool(2);
  assert.equal(pool.adopt(1, 'a'), true);
  assert.equal(pool.adopt(1, 'b'), false);
  assert.equal(pool.adopt(2, 'c'), false);
  assert.equal(pool.adopt(Number.NaN, 'd'), false);
  assert.equal(pool.claim('b'), 0);
});

test('createSlotPool() frees a slot once however often it is released', () => {
  const pool = createSlotPool(1);
  pool.claim('a');
  pool.release(0);
  pool.release(0);
  assert.equal(pool.claim('b'), 0);
  assert.equal(pool.claim('c'), undefined);
});
