/** Two projects as their owners see them: who calls whom, by which name, and what is reached outside. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openOutsideWorld, type OutsideWorld } from '@slipway/engine-host/testing';
import { writeFolder } from './app-folder.ts';
import { freePorts } from './free-ports.ts';
import { startPlatform, withShortestWaits, type TestPlatform } from './platform.ts';
import { ask } from './requests.ts';
import { waitUntil } from './wait-until.ts';

const STRANGER = '198.51.100.93';

/** Calls what it is told to, and says what came of it. */
const CALLER = {
  'package.json': JSON.stringify({ name: 'caller', scripts: { start: 'node server.js' } }),
  'server.js': `
    const { createServer, get } = require('node:http');
    const { connect } = require('node:net');
    createServer((request, response) => {
      const query = new URL(request.url, 'http://caller').searchParams;
      const [url, host, port] = ['url', 'host', 'port'].map((name) => query.get(name));
      if (port) {
        const socket = connect({ host, port: Number(port), timeout: 2000 });
        const say = (text) => { if (!response.writableEnded) response.end(text); socket.destroy(); };
        socket.on('connect', () => say('open'));
        socket.on('timeout', () => say('timeout'));
        socket.on('error', (error) => say(error.code));
        return;
      }
      const headers = host ? { host } : {};
      get(url, { headers, agent: false }, (answer) => {
        answer.setEncoding('utf8');
        let text = answer.statusCode + ' ';
        answer.on('data', (chunk) => { text += chunk; });
        answer.on('end', () => response.end(text.trim()));
      }).on('error', (error) => response.end(error.code));
    }).listen(process.env.PORT);
  `,
};

/** Says who calls where it is asked that, and `inside` everywhere else. */
const WEB = {
  'package.json': JSON.stringify({ name: 'web', scripts: { start: 'node server.js' } }),
  'server.js': `
    require('node:http').createServer(({ headers, url }, response) => {
      response.end(url === '/whoami' ? headers['x-forwarded-caller'] ?? 'nobody' : 'inside');
    }).listen(process.env.PORT);
  `,
};

let platform: TestPlatform;
let world: OutsideWorld;
let privatePort = 0;
const callers: Record<string, string> = {};

before(async () => {
  [privatePort = 0] = await freePorts(1);
  platform = await startPlatform({ tune: withShortestWaits, upFlags: ['--private-port', String(privatePort)] });
  world = await openOutsideWorld('swte', [STRANGER]);
  const caller = await writeFolder(join(platform.folder, 'caller'), CALLER);
  const web = await writeFolder(join(platform.folder, 'web'), WEB);
  for (const project of ['shop', 'blog']) {
    await platform.must(['project', 'create', '--name', project, '--no-select']);
    callers[project] = await platform.deploy(caller, 'caller', ['--project', project]);
  }
  const url = await platform.deploy(web, 'web', ['--project', 'shop', '--visibility', 'project']);
  assert.equal(url, 'http://web.shop.svc.cluster.local');
});
after(async () => {
  await platform?.purge();
  await world?.[Symbol.asyncDispose]();
});

async function call(project: string, query: Readonly<Record<string, string>>): Promise<string> {
  const { status, body } = await ask(`${callers[project]}/?${new URLSearchParams(query).toString()}`);
  assert.equal(status, 200, body);
  return body;
}

async function isAsleep(app: string, project: string): Promise<boolean> {
  const { stdout } = await platform.must(['app', 'get', '--name', app, '--project', project]);
  return !new RegExp(`\\b${app}-\\d{5}-[a-z0-9]+\\b.*running`, 'i').test(stdout);
}

test('network: a call inside a project wakes a sleeping app, by both of its names', async () => {
  await waitUntil('the app sleeps', () => isAsleep('web', 'shop'), { timeoutMs: 60_000 });
  assert.equal(await call('shop', { url: 'http://web.shop.svc.cluster.local/' }), '200 inside');
  assert.equal(await call('shop', { url: 'http://web.shop/' }), '200 inside');
});

test('network: another project has no way to it, and neither has the edge', async () => {
  assert.equal(await call('blog', { url: 'http://web.shop.svc.cluster.local/' }), 'ENOTFOUND');
  const byOwnGateway = await call('blog', { url: 'http://caller.blog/', host: 'web.shop.svc.cluster.local' });
  assert.match(byOwnGateway, /^404 Cannot find an app for "web\.shop\.svc\.cluster\.local"/);
  for (const host of ['web.shop.svc.cluster.local', 'web.shop', 'web.shop.localhost']) {
    assert.equal((await ask(platform.urlOf('web.shop.localhost'), { headers: { host } })).status, 404, host);
  }
});

test('network: a private app answers at the private entry, and a public one at the edge', async () => {
  const get = async () => {
    const { stdout } = await platform.must(['app', 'get', '--name', 'web', '--project', 'shop', '--output', 'json']);
    return JSON.parse(stdout) as { endpoint: string; endpoint_internal: string };
  };
  await platform.must(['app', 'update', '--name', 'web', '--project', 'shop', '--visibility', 'private']);
  const entry = `http://web.shop.private.localhost:${privatePort}`;
  assert.deepEqual(
    [(await get()).endpoint, (await get()).endpoint_internal],
    [entry, 'http://web.shop.svc.cluster.local'],
  );
  await waitUntil('the private entry leads to it', async () => (await ask(entry)).body === 'inside');
  assert.equal((await ask(platform.urlOf('web.shop.private.localhost'))).status, 404);
  await platform.must(['app', 'update', '--name', 'web', '--project', 'shop', '--visibility', 'public']);
  await waitUntil('the edge leads to it', async () => (await ask((await get()).endpoint)).body === 'inside');
  await waitUntil('the private entry does not', async () => (await ask(entry)).status === 404);
  assert.equal(await call('shop', { url: 'http://web.shop/' }), '200 inside');
});

test('network: an app answers those whom its owner names, no other app of its project, and sees who calls', async () => {
  const clerk = await platform.deploy(join(platform.folder, 'caller'), 'clerk', ['--project', 'shop']);
  await platform.must(['mesh', 'set', 'web', '--callers', 'caller', '--project', 'shop']);
  const url = 'http://web.shop/whoami';
  const byClerk = async () => (await ask(`${clerk}/?${new URLSearchParams({ url }).toString()}`)).body;
  await waitUntil('the clerk is refused', async () => (await byClerk()).startsWith('403 '));
  assert.equal(await byClerk(), '403 App web.shop does not let app clerk.shop call it');
  assert.equal(await call('shop', { url }), '200 caller.shop');
});

test('network: a project reaches outside what it allows, from the next packet on', async () => {
  const outbound = (args: readonly string[]) =>
    platform.must(['connectivity', 'outbound', ...args, '--project', 'shop']);
  const reach = (project: string) => call(project, { host: STRANGER, port: String(world.port) });
  assert.match((await outbound(['list'])).stdout, /allow-all\s+0\.0\.0\.0\/0/);
  assert.equal(await reach('shop'), 'open');
  await outbound(['delete', '--name', 'allow-all', '--force']);
  assert.equal(await reach('shop'), 'EHOSTUNREACH');
  assert.equal(await reach('blog'), 'open');
  assert.equal(await call('shop', { url: 'http://web.shop/' }), '200 inside');
  await outbound(['create', '--name', 'stranger', '--cidr', `${STRANGER}/32`, '--force']);
  assert.equal(await reach('shop'), 'open');
  const near = ['--name', 'near', '--cidr', '10.0.0.0/8', '--project', 'shop', '--force'];
  const closed = await platform.slipway(['connectivity', 'outbound', 'create', ...near]);
  assert.equal(closed.code, 2);
  assert.match(closed.stderr, /opens none of its private ones to the project.*openRanges in platform\.json/s);
});
