import assert from 'node:assert/strict';
import test from 'node:test';
import { createHousekeeping } from './housekeeping.ts';

test('housekeeping repeats its tasks in order, and a failing one stops no other', async () => {
  const done: string[] = [];
  const warnings: unknown[] = [];
  const log = {
    info: () => undefined,
    warn: (message: string, fields?: Readonly<Record<string, unknown>>) => warnings.push([message, fields?.['task']]),
    error: () => undefined,
  };
  const second = Promise.withResolvers<void>();
  const tasks = [
    { name: 'broken', run: () => Promise.reject(new Error('no')) },
    {
      name: 'good',
      run: async () => {
        done.push('good');
        if (done.length === 2) second.resolve();
      },
    },
  ];
  const housekeeping = createHousekeeping(tasks, { log, firstAfterMs: 0, intervalMs: 1 });
  housekeeping.start();
  const alive = setInterval(() => undefined, 1000);
  await second.promise;
  clearInterval(alive);
  await housekeeping.stop();
  assert.deepEqual(warnings[0], ['A housekeeping task failed', 'broken']);
  assert.ok(done.length >= 2);
});

test('housekeeping that stops aborts what is under way and begins nothing more', async () => {
  const begun = Promise.withResolvers<void>();
  let later = 0;
  const tasks = [
    {
      name: 'long',
      run: (signal: AbortSignal) =>
        new Promise<void>((_resolve, reject) => {
          begun.resolve();
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    },
    { name: 'later', run: async () => void (later += 1) },
  ];
  const log = { info: () => undefined, warn: () => assert.fail('An abort is no failure'), error: () => undefined };
  const housekeeping = createHousekeeping(tasks, { log, firstAfterMs: 0 });
  housekeeping.start();
  const alive = setInterval(() => undefined, 1000);
  await begun.promise;
  clearInterval(alive);
  await housekeeping.stop();
  assert.equal(later, 0);
});
