import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store, StoredResource } from '../store.ts';
import { AppRounds } from './app-rounds.ts';

/** A store of apps whose names are numbers, in their order. */
function storeOf(count: number): Pick<Store, 'count' | 'list'> {
  const names = Array.from({ length: count }, (_, at) => String(at).padStart(6, '0'));
  return {
    count: async () => count,
    list: async ({ after, limit }) => {
      const begin = after ? names.findIndex((name) => name > after.name) : 0;
      const page = begin < 0 ? [] : names.slice(begin, begin + limit);
      return page.map((name) => ({ kind: 'app', projectId: 'p1', name }) as StoredResource);
    },
  };
}

async function passes(count: number, times: number): Promise<readonly (readonly number[])[]> {
  const [store, rounds] = [storeOf(count), new AppRounds()];
  const seen: number[][] = [];
  for (let pass = 0; pass < times; pass += 1) {
    const ofPass: number[] = [];
    for await (const { name } of rounds.next(store)) ofPass.push(Number(name));
    seen.push(ofPass);
  }
  return seen;
}

for (const count of [0, 1, 49, 50]) {
  test(`AppRounds.next() gives all of ${count} apps every time`, async () => {
    const all = Array.from({ length: count }, (_, at) => at);
    assert.deepEqual(await passes(count, 3), [all, all, all]);
  });
}

test('AppRounds.next() gives parts of more apps, one behind the other, and begins anew', async () => {
  const [first, second, third] = await passes(80, 3);
  assert.deepEqual([first?.length, second?.length], [50, 30]);
  assert.deepEqual(
    second,
    Array.from({ length: 30 }, (_, at) => 50 + at),
  );
  assert.deepEqual(third, first);
});

for (const count of [51, 100, 1000, 1501, 7001]) {
  test(`AppRounds.next() gives each of ${count} apps within half an hour`, async () => {
    const seen = await passes(count, 31);
    assert.equal(new Set(seen.flat()).size, count);
    assert.ok(Math.max(...seen.map(({ length }) => length)) <= Math.max(50, Math.ceil(count / 30)));
  });
}
