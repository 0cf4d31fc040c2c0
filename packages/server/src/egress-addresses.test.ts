import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRoute } from './egress-addresses.ts';

test('parseRoute() finds the source address of the way out, and none where there is no way', () => {
  const said = '[{"dst":"203.0.113.1","gateway":"10.0.2.2","dev":"eth0","prefsrc":"10.0.2.15","flags":[],"cache":[]}]';
  assert.deepEqual(parseRoute(said), ['10.0.2.15']);
  assert.deepEqual(parseRoute(''), []);
});
