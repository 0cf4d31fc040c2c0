import assert from 'node:assert/strict';
import test from 'node:test';
import { rememberVerified } from './verified-tokens.ts';

test('rememberVerified() verifies a token once while it is remembered, and remembers no refusal', async () => {
  const asked: string[] = [];
  const verify = rememberVerified(async (token) => {
    asked.push(token);
    return token === 'bad' ? undefined : { kind: 'user', id: token, name: token };
  }, 2);
  for (const token of ['a', 'a', 'bad', 'bad', 'b', 'a', 'c', 'b', 'a']) await verify(token);
  assert.deepEqual(asked, ['a', 'bad', 'bad', 'b', 'c', 'a']);
  assert.equal((await verify('c'))?.id, 'c');
});
