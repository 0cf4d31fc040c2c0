/** An app of gRPC as a person runs it: its port is said to be h2c, and the URL speaks HTTP/2 to it, asleep or awake. */
import assert from 'node:assert/strict';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeFolder } from './app-folder.ts';
import { startPlatform, withShortestWaits, type TestPlatform } from './platform.ts';
import { ask } from './requests.ts';
import { waitUntil } from './wait-until.ts';

const NAME = 'echo';
/** Sends every message back, then the status in trailers. */
const GRPC_ECHO = {
  'package.json': JSON.stringify({ name: NAME, scripts: { start: 'node server.js' } }),
  'server.js': `
    const server = require('node:http2').createServer();
    server.on('stream', (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.pipe(stream);
    });
    server.listen(process.env.PORT);
  `,
};
let platform: TestPlatform;
let url: URL;

before(async () => {
  platform = await startPlatform({ tune: withShortestWaits });
  const folder = await writeFolder(join(platform.folder, NAME), GRPC_ECHO);
  url = new URL(await platform.deploy(folder, NAME, ['--port', 'h2c:9000', '--probe-ready', 'type=http']));
});
after(() => platform?.purge());

async function call(message: string): Promise<{ readonly body: string; readonly status: unknown }> {
  const session = connect(`http://127.0.0.1:${url.port}`);
  try {
    const headers = { ':method': 'POST', ':path': '/echo.Echo/Say', ':authority': url.host, te: 'trailers' };
    const stream = session.request(headers);
    const trailers = Promise.withResolvers<IncomingHttpHeaders>();
    stream.on('trailers', trailers.resolve);
    stream.on('error', trailers.reject);
    stream.end(message);
    const body = Buffer.concat(await stream.toArray()).toString();
    return { body, status: (await trailers.promise)['grpc-status'] };
  } finally {
    session.destroy();
  }
}

test('grpc: calls reach the app with their trailers, awake and from zero', async () => {
  assert.deepEqual(await call('ahoy'), { body: 'ahoy', status: '0' });
  await waitUntil('the app sleeps', async () => (await platform.runningInstances(NAME)).length === 0, {
    timeoutMs: 60_000,
  });
  assert.deepEqual(await call('awake'), { body: 'awake', status: '0' });
});

test('grpc: the port is shown as it was given, kept by other updates, and can be HTTP/1.1 again', async () => {
  assert.match((await platform.must(['app', 'get', '--name', NAME])).stdout, /^Port: +h2c:9000$/m);
  await platform.must(['app', 'update', '--name', NAME, '--max-scale', '3', '--wait']);
  assert.match((await platform.must(['app', 'get', '--name', NAME])).stdout, /^Port: +h2c:9000$/m);
  assert.equal((await ask(url.href)).status, 200);
  await platform.must(['app', 'update', '--name', NAME, '--port', '9000', '--no-wait']);
  assert.match((await platform.must(['app', 'get', '--name', NAME])).stdout, /^Port: +9000$/m);
});
