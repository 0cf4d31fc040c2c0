import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInFlight } from './in-flight.ts';

/** Output of HAProxy 2.6.12. */
const TABLE = `# table: edges, type: string, size:4096, used:5
0x55972be1e0a8: key=slot0// use=3 exp=8866 conn_cur=3
0x55972be1e0b8: key=slot12/web.shop/called-10.208.0.1 use=1 exp=8866 conn_cur=2
0x55972be1e0c8: key=slot0//10.208.0.1 use=1 exp=8866 conn_cur=1
0x55972be1e0d8: key=slot3//private use=1 exp=8866 conn_cur=1
0x55972be1e0e8: key=slot0/web.shop/10.208.0.1 use=0 exp=8866 conn_cur=0

`;

test('parseInFlight() reads what is under way by slot and source, and leaves out what is not', () => {
  assert.deepEqual(parseInFlight(TABLE), [
    { slot: 0, source: { type: 'outside' }, requests: 3 },
    { slot: 12, source: { type: 'app', appName: 'web' }, requests: 2 },
    { slot: 0, source: { type: 'unknown' }, requests: 1 },
    { slot: 3, source: { type: 'outside' }, requests: 1 },
  ]);
  assert.deepEqual(parseInFlight('No such table'), []);
});
