import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createShareWork } from './share-work.ts';

test('createShareWork() runs once for callers of the same key', async () => {
  const share = createShareWork<number>();
  const gate = Promise.withResolvers<number>();
  let runs = 0;
  const work = (): Promise<number> => {
    runs += 1;
    return gate.promise;
  };
  const both = [share('a', work), share('a', work)];
  gate.resolve(7);
  assert.deepEqual(await Promise.all(both), [7, 7]);
  assert.equal(runs, 1);
});

test('createShareWork() keeps working for the others when one caller leaves, and aborts when all have left', async () => {
  const share = createShareWork<void>();
  const signals: AbortSignal[] = [];
  const work = (signal: AbortSignal): Promise<void> => {
    signals.push(signal);
    return new Promise(() => undefined);
  };
  const [first, second] = [new AbortController(), new AbortController()];
  const waits = [share('a', work, { signal: first.signal }), share('a', work, { signal: second.signal })];
  const [firstWait, secondWait] = waits.map((wait) => assert.rejects(wait, { name: 'AbortError' }));
  first.abort();
  await firstWait;
  assert.equal(signals[0]?.aborted, false);
  second.abort();
  await secondWait;
  assert.equal(signals[0]?.aborted, true);
});

test('createShareWork() begins anew after a failure', async () => {
  const share = createShareWork<number>();
  await assert.rejects(
    share('a', () => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal(await share('a', () => Promise.resolve(1)), 1);
});
