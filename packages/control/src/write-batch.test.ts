import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WriteBatch } from './write-batch.ts';

test('WriteBatch writes what comes during a write together, and tells each of its own write', async () => {
  const written: (readonly number[])[] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  const batch = new WriteBatch<number>(async (items) => {
    written.push(items);
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    await gate.promise;
  });
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const first = batch.add(1);
  await turn();
  const others = [batch.add(2), batch.add(3)];
  await turn();
  assert.deepEqual(written, [[1]]);
  gates[0]?.reject(new Error('the disk is full'));
  await assert.rejects(first, /full/);
  await turn();
  assert.deepEqual(written, [[1], [2, 3]]);
  gates[1]?.resolve();
  await Promise.all(others);
});
