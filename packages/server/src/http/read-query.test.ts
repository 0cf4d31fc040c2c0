import assert from 'node:assert/strict';
import test from 'node:test';
import { OPERATIONS, Refusal } from '@slipway/spec';
import { readQuery } from './read-query.ts';

const ACCEPTED: readonly (readonly [text: string, query: object])[] = [
  ['', {}],
  ['limit=5&start=abc', { limit: 5, start: 'abc' }],
  ['start=5', { start: '5' }],
  ['start=a%26b', { start: 'a&b' }],
  ['version=2026-02-28', {}],
];

for (const [text, query] of ACCEPTED) {
  test(`readQuery() reads "${text}"`, () => {
    assert.deepEqual(readQuery(OPERATIONS.listApps.query, text), query);
  });
}

test('readQuery() reads truth values', () => {
  assert.deepEqual(readQuery(OPERATIONS.listAppLogs.query, 'follow=true&tail=0'), { follow: true, tail: 0 });
});

const REFUSED: readonly (readonly [text: string, message: string])[] = [
  ['limt=5', 'Cannot accept query limt = "5": there is no such query parameter here. Did you mean "limit"?'],
  ['_=1', 'Cannot accept query _ = "1": there is no such query parameter here. Remove it'],
  ['__proto__=1', 'Cannot accept query __proto__ = "1": there is no such query parameter here. Remove it'],
  ['limit=1&limit=2', 'Cannot accept query limit = "2": it is given more than once. Send it once'],
  ['version=2026-02-30', 'Cannot accept query version = "2026-02-30": it must be a date. Write it like "2026-01-31"'],
  ['version=latest', 'Cannot accept query version = "latest": it must be a date. Write it like "2026-01-31"'],
];

for (const [text, message] of REFUSED) {
  test(`readQuery() refuses "${text}"`, () => {
    assert.throws(() => readQuery(OPERATIONS.listApps.query, text), new Refusal('invalid_field', paramsOf(message)));
  });
}

/** Takes a message of the template apart again. */
function paramsOf(message: string): Record<string, string> {
  const [, field = '', value = '', rule = '', fix = ''] =
    /^Cannot accept (.+?) = (.+?): (.+)\. (.+)$/.exec(message) ?? [];
  return { field, value, rule, fix };
}
