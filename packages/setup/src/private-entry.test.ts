import assert from 'node:assert/strict';
import { test } from 'node:test';
import { privateEntryFor } from './private-entry.ts';

const HTTP = { address: '203.0.113.5', port: 80 };

test('privateEntryFor() makes none unasked, keeps what was, and takes the port of public apps on another address', () => {
  assert.deepEqual(privateEntryFor({}, { http: HTTP }), {});
  const entry = { address: '10.0.0.5', port: 80 };
  assert.deepEqual(privateEntryFor({ privateAddress: '10.0.0.5' }, { http: HTTP }), { privateEntry: entry });
  assert.deepEqual(privateEntryFor({}, { http: HTTP, privateEntry: entry }), { privateEntry: entry });
  const onLoopback = { privateEntry: { address: '127.0.0.1', port: 8090 } };
  assert.deepEqual(privateEntryFor({ privatePort: 8090 }, { http: HTTP }), onLoopback);
});

test('privateEntryFor() refuses the listener of public apps', () => {
  for (const address of ['0.0.0.0', '203.0.113.5']) {
    assert.throws(() => privateEntryFor({ privateAddress: address }, { http: HTTP }), /public apps listen on/);
  }
  const open = { http: { address: '0.0.0.0', port: 80 } };
  assert.throws(() => privateEntryFor({ privateAddress: '10.0.0.5' }, open), /--private-port|private apps/);
});
