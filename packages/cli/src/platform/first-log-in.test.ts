import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstLogInLines } from './first-log-in.ts';

test('firstLogInLines() names the exact commands, for the name and the address of the platform', () => {
  const local = firstLogInLines({ name: 'default', stateDir: '/s', api: { address: '127.0.0.1', port: 8780 } });
  assert.match(local[0] ?? '', /\/s\/admin-token/);
  assert.deepEqual(local.slice(2), [
    '  slipway member add anna --role writer',
    '  slipway apikey create laptop --owner anna --quiet > anna.key',
    '  slipway down, then slipway up --api-address 0.0.0.0: the API is reached from here alone now',
    '  and there, with the file: slipway login --url http://HOST:8780 --apikey @anna.key',
  ]);
  const open = firstLogInLines({ name: 'test', stateDir: '/s', api: { address: '192.0.2.10', port: 9000 } });
  assert.deepEqual(open.slice(2), [
    '  slipway member add anna --role writer --platform test',
    '  slipway apikey create laptop --owner anna --quiet --platform test > anna.key',
    '  and there, with the file: slipway login --url http://192.0.2.10:9000 --apikey @anna.key',
  ]);
});
