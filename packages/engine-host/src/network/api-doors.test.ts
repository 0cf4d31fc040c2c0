import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { ApiDoors } from './api-doors.ts';

const GATEWAY = '127.0.0.1';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, GATEWAY);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function openDoors(t: TestContext, port: number) {
  const taken: Socket[] = [];
  const errors: string[] = [];
  const log = { info() {}, warn() {}, error: (message: string) => void errors.push(message) };
  const onConnection = (socket: Socket) => void taken.push(socket);
  const doors = new ApiDoors({ port, onConnection, log });
  t.after(() => {
    doors.closeAll();
    for (const socket of taken) socket.destroy();
  });
  return { doors, taken, errors };
}

/** How a connection goes: it stays, or the other side ends it. */
async function tryDoor(t: TestContext, port: number): Promise<'refused' | 'open'> {
  const socket = connect({ host: GATEWAY, port });
  t.after(() => socket.destroy());
  const [event] = await Promise.race([
    once(socket, 'error').then(() => ['refused']),
    once(socket, 'connect').then(() => ['open']),
  ]);
  return event as 'refused' | 'open';
}

test('a door hands connections over, bounds them, and is shut at once', async (t) => {
  const port = await freePort();
  const { doors, taken, errors } = await openDoors(t, port);
  await doors.open(GATEWAY);
  await doors.open(GATEWAY);
  for (let count = 0; count < 40; count += 1) assert.equal(await tryDoor(t, port), 'open');
  // One more round trip of the loop: the kernel accepts before the door says no.
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(taken.length <= 32, `${taken.length} connections were taken`);
  doors.close(GATEWAY);
  assert.equal(await tryDoor(t, port), 'refused');
  assert.deepEqual(errors, []);
});

test('a door that cannot be opened is told, and the next call opens it', async (t) => {
  const port = await freePort();
  const other = createServer().listen(port, GATEWAY);
  await once(other, 'listening');
  const { doors, errors } = await openDoors(t, port);
  await doors.open(GATEWAY);
  assert.match(errors.join(), /cannot reach the API: its door cannot be opened/);
  other.close();
  await once(other, 'close');
  await doors.open(GATEWAY);
  assert.equal(await tryDoor(t, port), 'open');
});
