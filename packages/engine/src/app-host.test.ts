import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DOORS, hostBehind, parseAppHost } from './app-host.ts';

test('parseAppHost() reads what hostBehind() writes', () => {
  for (const door of DOORS) assert.deepEqual(parseAppHost(hostBehind(door, 'web.shop')), { door, name: 'web.shop' });
  assert.equal(hostBehind('public', 'web.shop'), 'web.shop');
});
