import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { findFreePorts, findPortHolder, isPortFree, listeningInodes } from './tcp-ports.ts';

test('isPortFree() and findPortHolder() see this process listening', async (t) => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  assert.equal(await isPortFree('127.0.0.1', port), false);
  assert.equal((await findPortHolder(port))?.pid, process.pid);
});

test('findFreePorts() passes over ports given to other platforms', async () => {
  const [first] = await findFreePorts(new Set());
  const [next] = await findFreePorts(new Set([first]));
  assert.ok(next > first);
});

test('listeningInodes() takes listeners of the port only', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1',
    '   1: 0100007F:1F90 0100007F:C000 01 00000000:00000000 00:00000000 00000000     0        0 4712 1',
    '   2: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1',
  ].join('\n');
  assert.deepEqual(listeningInodes(table, 8080), ['4711']);
});
