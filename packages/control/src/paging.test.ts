import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeToken, pageInMemory, pageOf, readPageRequest } from './paging.ts';

test('pages lose nothing and show nothing twice, also when items come and go between two pages', () => {
  const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 20 });
  fc.assert(
    fc.property(names, names, fc.integer({ min: 1, max: 7 }), (stable, coming, limit) => {
      const seen: string[] = [];
      let start: string | undefined;
      for (let round = 0; ; round += 1) {
        const rows = round % 2 === 0 ? stable : [...new Set([...stable, ...coming])];
        const request = readPageRequest({ limit, ...(start !== undefined && { start }) });
        const page = pageOf(
          pageInMemory(rows, request, (name) => name),
          {
            limit,
            href: '/x',
            keyOf: (name) => name,
            toItem: (name) => name,
          },
        );
        assert.ok(page.items.length <= limit);
        seen.push(...page.items);
        start = page.next?.start;
        if (start === undefined) break;
      }
      assert.equal(new Set(seen).size, seen.length);
      const lost = stable.filter((name) => !seen.includes(name));
      assert.deepEqual(lost, []);
    }),
  );
});

test('pageOf() links to itself and to the next page, and keeps a filter', () => {
  const page = pageOf(['a', 'b', 'c'], { limit: 2, href: '/x?f=1', keyOf: (name) => name, toItem: (name) => name });
  assert.deepEqual(page.items, ['a', 'b']);
  assert.equal(page.first.href, '/x?f=1&limit=2');
  assert.equal(page.next?.href, `/x?f=1&limit=2&start=${encodeToken('b')}`);
});

test('readPageRequest() begins at the beginning with every text that is no token', () => {
  assert.equal(readPageRequest({ start: encodeToken('b') }).after, 'b');
  assert.equal(readPageRequest({ start: 'testString' }).after, undefined);
  fc.assert(
    fc.property(fc.string(), (start) => {
      const { after } = readPageRequest({ start });
      assert.ok(after === undefined || encodeToken(after) === start);
    }),
  );
});
