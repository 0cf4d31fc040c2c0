import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '@slipway/engine/testing';
import { backoffMs, WorkQueue, type WorkOutcome } from './work-queue.ts';

interface Bench {
  readonly queue: WorkQueue;
  readonly clock: ReturnType<typeof createManualClock>;
  /** Keys in the order they began. */
  readonly begun: string[];
  readonly errors: string[];
  /** Ends the run that began first and has not ended. */
  readonly finish: (outcome?: WorkOutcome | Error) => Promise<void>;
}

function openBench(parallelMax = 2): Bench {
  const clock = createManualClock();
  const begun: string[] = [];
  const errors: string[] = [];
  const open: PromiseWithResolvers<WorkOutcome>[] = [];
  const queue = new WorkQueue({
    clock,
    parallelMax,
    laterPauseMs: () => 30,
    backoff: { firstMs: 100, maxMs: 400 },
    onError: (key) => errors.push(key),
    run(key) {
      begun.push(key);
      const ending = Promise.withResolvers<WorkOutcome>();
      open.push(ending);
      return ending.promise;
    },
  });
  return {
    queue,
    clock,
    begun,
    errors,
    async finish(outcome = 'done') {
      const ending = open.shift();
      if (outcome instanceof Error) ending?.reject(outcome);
      else ending?.resolve(outcome);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('a key that waits is queued once, a key that runs comes once more', async () => {
  const { queue, begun, finish } = openBench(1);
  queue.add('a');
  queue.add('b');
  queue.add('b');
  queue.add('a');
  queue.add('a');
  assert.deepEqual(begun, ['a']);
  await finish();
  await finish();
  await finish();
  assert.deepEqual(begun, ['a', 'b', 'a']);
});

test('at most so many keys run at a time, and never one key twice', async () => {
  const { queue, begun, finish } = openBench(2);
  for (const key of ['a', 'b', 'c']) queue.add(key);
  queue.add('a');
  assert.deepEqual(begun, ['a', 'b']);
  await finish();
  assert.deepEqual(begun, ['a', 'b', 'c']);
});

test('a failed run comes again after the back-off, which grows and starts anew after a success', async () => {
  const { queue, clock, begun, errors, finish } = openBench();
  queue.add('a');
  await finish(new Error('no'));
  assert.deepEqual(errors, ['a']);
  clock.advance(99);
  assert.equal(begun.length, 1);
  clock.advance(1);
  assert.equal(begun.length, 2);
  await finish('again');
  clock.advance(199);
  assert.equal(begun.length, 2);
  clock.advance(1);
  assert.equal(begun.length, 3);
  await finish();
  clock.advance(10_000);
  assert.equal(begun.length, 3);
});

test('a change does not wait for the back-off', async () => {
  const { queue, clock, begun, finish } = openBench();
  queue.add('a');
  await finish('again');
  queue.add('a');
  assert.equal(begun.length, 2);
  await finish();
  clock.advance(10_000);
  assert.equal(begun.length, 2);
});

test('stop() waits for what runs and starts nothing more', async () => {
  const { queue, begun, finish } = openBench(1);
  queue.add('a');
  queue.add('b');
  let isStopped = false;
  const stopped = queue.stop().then(() => {
    isStopped = true;
  });
  assert.equal(isStopped, false);
  await finish('again');
  await stopped;
  queue.add('c');
  assert.deepEqual(begun, ['a']);
});

test('backoffMs() doubles up to its bound', () => {
  const bounds = { firstMs: 100, maxMs: 450 };
  assert.deepEqual(
    [0, 1, 2, 3, 1000].map((failures) => backoffMs(failures, bounds)),
    [100, 200, 400, 450, 450],
  );
});

test('keys for later wait for all others, and are worked on one in a turn', async () => {
  const { queue, begun, finish } = openBench(1);
  queue.add('a');
  queue.addLater('b');
  queue.addLater('c');
  queue.add('d');
  queue.add('c');
  await finish();
  await finish();
  await finish();
  assert.deepEqual(begun, ['a', 'd', 'c', 'b']);
});

test('many keys for later leave a pause to others, in which what is added comes at once', async () => {
  const { queue, begun, clock, finish } = openBench(1);
  for (let number = 0; number < 20; number += 1) queue.addLater(`later-${number}`);
  for (let number = 0; number < 20; number += 1) await finish();
  assert.equal(begun.length, 16);
  queue.add('a');
  await finish();
  assert.equal(begun.at(-1), 'a');
  clock.advance(1000);
  for (let number = 0; number < 4; number += 1) await finish();
  assert.equal(begun.length, 21);
});

test('a stopped queue works on nothing for later', async () => {
  const { queue, begun, finish } = openBench(1);
  queue.addLater('a');
  queue.addLater('b');
  const stopped = queue.stop();
  await finish();
  await stopped;
  assert.deepEqual(begun, ['a']);
});

test('keys for later have their share while others never cease', async () => {
  const { queue, begun, finish } = openBench(1);
  queue.add('busy');
  for (const key of ['one', 'two']) queue.addLater(key);
  for (let step = 0; step < 24; step += 1) {
    queue.add('busy');
    await finish();
  }
  const later = begun.filter((key) => key !== 'busy');
  assert.deepEqual(later, ['one', 'two']);
  assert.ok(begun.length > 20, 'and the others have most of the time');
});
