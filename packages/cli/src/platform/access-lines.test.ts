import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessLines } from './access-lines.ts';

test('accessLines() names the exact commands, for the name and the address of the platform', () => {
  const local = accessLines({ name: 'default', stateDir: '/s', api: { address: '127.0.0.1', port: 8780 } });
  assert.match(local[0] ?? '', /\/s\/admin-token/);
  assert.deepEqual(local.slice(2), [
    '  slipway member add dev --role writer',
    '  slipway apikey create laptop --owner dev --quiet > dev.key',
    '  slipway down, then slipway up --api-address 0.0.0.0: the API is reached from here alone now',
    '  and there, with that file and /s/tls/ca.pem:',
    '  slipway login --url https://HOST:8780 --ca-file ca.pem --apikey @dev.key',
  ]);
  const open = accessLines({ name: 'test', stateDir: '/s', api: { address: '192.0.2.10', port: 9000 } });
  assert.deepEqual(open.slice(2), [
    '  slipway member add dev --role writer --platform test',
    '  slipway apikey create laptop --owner dev --quiet --platform test > dev.key',
    '  and there, with that file and /s/tls/ca.pem:',
    '  slipway login --url https://192.0.2.10:9000 --ca-file ca.pem --apikey @dev.key',
  ]);
});
