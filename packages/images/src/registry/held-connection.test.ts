import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test } from 'node:test';
import { untilClosed } from './held-connection.ts';

async function listen() {
  const server = createServer();
  const met = once(server, 'connection') as Promise<[Socket]>;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, met, address: `127.0.0.1:${port}` };
}

test('untilClosed() resolves when the other end closes, in order or not', async (t) => {
  for (const end of ['end', 'resetAndDestroy'] as const) {
    const { server, met, address } = await listen();
    t.after(() => server.close());
    const closed = untilClosed(address, t.signal);
    const [socket] = await met;
    socket[end]();
    await closed;
    assert.equal(t.signal.aborted, false);
  }
});

test('untilClosed() resolves at once where nobody listens', async (t) => {
  const { server, address } = await listen();
  server.close();
  await once(server, 'close');
  await untilClosed(address, t.signal);
  await assert.doesNotReject(untilClosed(address, t.signal));
});

test('untilClosed() lets go when it is aborted', async (t) => {
  const { server, met, address } = await listen();
  t.after(() => server.close());
  const life = new AbortController();
  const closed = untilClosed(address, life.signal);
  const [socket] = await met;
  socket.resume();
  const ended = once(socket, 'close');
  life.abort();
  await assert.rejects(closed, { name: 'AbortError' });
  await ended;
  await assert.rejects(untilClosed(address, life.signal), { name: 'AbortError' });
});
