import assert from 'node:assert/strict';
import test from 'node:test';
import { rememberVerified } from './verified-tokens.ts';

test('rememberVerified() verifies a token again when it was forgotten or some minutes have passed', async () => {
  const asked: string[] = [];
  let nowMs = 0;
  const verify = rememberVerified(
    async (token) => {
      asked.push(token);
      return token === 'bad' ? undefined : { kind: 'user', id: token, name: token };
    },
    () => new Date(nowMs),
    2,
  );
  for (const token of ['a', 'a', 'bad', 'bad', 'b', 'a', 'c', 'b', 'a']) await verify(token);
  assert.deepEqual(asked, ['a', 'bad', 'bad', 'b', 'c', 'a']);
  nowMs = 299_999;
  assert.equal((await verify('c'))?.id, 'c');
  nowMs = 300_000;
  assert.equal((await verify('c'))?.id, 'c');
  assert.deepEqual(asked.slice(6), ['c']);
});
