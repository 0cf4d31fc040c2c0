import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { activatorEndpointFor } from '../proxy/haproxy-config.ts';
import { appFor, createEngineBed, revisionFor } from '../testing/engine-bed.ts';

test('the activator takes requests from HAProxy alone', async (t) => {
  const bed = await createEngineBed(t, { network: '80.30' });
  await bed.engine.start({ projects: [], apps: [appFor('hello', revisionFor('hello-1'))] });
  const forged = Buffer.from('0d0a0d0a000d0a515549540a20000000', 'hex');
  const request = 'GET / HTTP/1.1\r\nHost: hello.test\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n';
  for (const bytes of [Buffer.from(request), Buffer.concat([forged, Buffer.from(request)])]) {
    const { address, port } = activatorEndpointFor(bed.config.runDir);
    const socket = connect(port, address);
    socket.on('error', () => undefined);
    socket.end(bytes);
    const answer: Buffer[] = [];
    for await (const chunk of socket) answer.push(chunk as Buffer);
    assert.equal(Buffer.concat(answer).toString(), '');
  }
  assert.equal(bed.machine.running.size, 0);
  const tokenPath = join(bed.config.runDir, 'proxy/activator-token');
  const { mode } = await stat(tokenPath);
  assert.equal(mode & 0o077, 0);
  const served = await bed.call('hello.test');
  assert.equal(served.status, 200);
  assert.doesNotMatch(served.body, new RegExp(await readFile(tokenPath, 'utf8')));
});
