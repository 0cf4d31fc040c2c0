import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from '@slipway/control/testing';
import { createTlsDoor, isOfThisMachine } from './tls-door.ts';
import { refuseConnection } from './refuse-connection.ts';

async function openDoor(t: TestContext, remoteAddress?: string) {
  const door = createTlsDoor({ chainPem: TEST_CERTIFICATE, keyPem: TEST_CERTIFICATE_KEY }, refuseConnection);
  const server = door.open((request, response) => response.end(`${request.method} ${request.url}`), {});
  // As if the client were on another machine.
  if (remoteAddress !== undefined) {
    server.prependListener('connection', (socket: Socket) =>
      Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress }),
    );
  }
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.closeAllConnections();
    door.close();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, door };
}

function answered(outgoing: ReturnType<typeof httpRequest>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  outgoing.on('error', reject);
  outgoing.on('response', (response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => (body += chunk));
    response.on('end', () => resolve(`${response.statusCode} ${body}`));
  });
  outgoing.end('body');
  return promise;
}

const BY_NAME = {
  host: '127.0.0.1',
  servername: 'www.example.com',
  ca: TEST_CERTIFICATE,
  method: 'POST',
  agent: false,
};

test('one port serves HTTPS to everyone and plain HTTP to this machine', async (t) => {
  const { door, port } = await openDoor(t);
  assert.equal(await answered(httpsRequest({ ...BY_NAME, port, path: '/a' })), '200 POST /a');
  door.setCertificate({ chainPem: TEST_CERTIFICATE, keyPem: TEST_CERTIFICATE_KEY });
  assert.equal(await answered(httpsRequest({ ...BY_NAME, port, path: '/b' })), '200 POST /b');
  assert.equal(await answered(httpRequest({ host: '127.0.0.1', port, path: '/c', method: 'POST' })), '200 POST /c');
});

test('a plain request of another machine is refused, one over HTTPS is not', async (t) => {
  const { port } = await openDoor(t, '203.0.113.5');
  const plain = await answered(httpRequest({ host: '127.0.0.1', port, path: '/c', method: 'POST' }));
  assert.match(plain, /^426 .*https_required/);
  assert.equal(await answered(httpsRequest({ ...BY_NAME, port, path: '/a' })), '200 POST /a');
});

test('what is neither is refused as every other rubbish, and the port goes on', async (t) => {
  const { port } = await openDoor(t);
  const socket = connect(port, '127.0.0.1');
  socket.resume();
  socket.write(Buffer.from([0x16, 3, 1, 0, 5, 9, 9, 9, 9, 9]));
  await once(socket, 'close');
  assert.equal(await answered(httpsRequest({ ...BY_NAME, port, path: '/a' })), '200 POST /a');
});

test('isOfThisMachine() knows loopback and addresses of our own', () => {
  const is = (remoteAddress: string, localAddress: string) => isOfThisMachine({ remoteAddress, localAddress });
  assert.equal(is('127.0.0.1', '127.0.0.1'), true);
  assert.equal(is('::ffff:127.0.0.1', '::ffff:127.0.0.1'), true);
  assert.equal(is('::1', '::1'), true);
  assert.equal(is('192.0.2.1', '192.0.2.1'), true);
  assert.equal(is('192.0.2.9', '192.0.2.1'), false);
  assert.equal(is('', ''), false);
});
