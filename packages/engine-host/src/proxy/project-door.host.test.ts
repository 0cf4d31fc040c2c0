/** The ways into apps beside the public edge, with containers, HAProxy and name servers as they are shipped. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { AppWorkload } from '@slipway/engine';
import type { PurgeableEngine } from '../host-engine.ts';
import { appFor, callHost, freePort, revisionFor, until } from '../testing/engine-bed.ts';
import { ask, connection, ORACLE, request } from '../testing/oracle.ts';
import { TEST_IMAGES } from '../testing/real-images.ts';
import { openStackBed, type StackBed } from '../testing/stack-bed.ts';
import { projectDoorFor, proxyPathsFor } from './haproxy-config.ts';

const PROJECTS = [
  { projectId: 'p1', subdomain: 'shop' },
  { projectId: 'p2', subdomain: 'blog' },
];
const [SHOP_GATEWAY, BLOG_GATEWAY] = ['10.205.128.1', '10.205.129.1'];
const INTERNAL = 'web.shop.svc.cluster.local';

let bed: StackBed;
let engine: PurgeableEngine;
let image = '';
let privatePort = 0;
/** One in each project, to ask from inside. */
let shop: { readonly address: string; readonly port: number };
let blog: { readonly address: string; readonly port: number };

before(async () => {
  privatePort = await freePort();
  const privateEntry = { address: '127.0.0.1', port: privatePort };
  bed = await openStackBed({ platformId: 'pd', cidr: '10.205.128.0/17', userBase: 1_190_000_000, privateEntry });
  engine = bed.createEngine();
  await engine.start({ projects: [], apps: [] });
  image = (await bed.images.resolve(TEST_IMAGES.good)).reference;
  for (const project of PROJECTS) {
    await engine.applyProject(project);
    await engine.applyApp(oracleIn(project));
    await engine.applyApp(webIn(project));
  }
  shop = await addressOf('p1');
  blog = await addressOf('p2');
});
after(async () => {
  await engine?.stop();
  await bed?.[Symbol.asyncDispose]();
});

/** Asleep, one request at a time, and answers with its revision, which names the project. */
function webIn({ projectId, subdomain }: (typeof PROJECTS)[number], hosts: readonly string[] = []): AppWorkload {
  const scale = { instancesMax: 1, concurrencyMax: 1 };
  const env = { K_REVISION: `web of ${subdomain}`, PORT: '8080' };
  const revision = { ...revisionFor('web-00001', { scale, env }), imageReference: image, arguments: [] };
  return { ...appFor('web', revision), projectId, hosts: [`project/web.${subdomain}.svc.cluster.local`, ...hosts] };
}

function oracleIn({ projectId, subdomain }: (typeof PROJECTS)[number]): AppWorkload {
  const options = { scale: { instancesMin: 1 }, env: { PORT: '8080' } };
  const command = { command: ['/bin/node', '-e', ORACLE], arguments: [] };
  const revision = { ...revisionFor('oracle-00001', options), imageReference: image, ...command };
  return { ...appFor('oracle', revision), projectId, hosts: [`project/oracle.${subdomain}.svc.cluster.local`] };
}

/** From the records of instances: what the platform itself connects to. */
async function addressOf(projectId: string): Promise<{ address: string; port: number }> {
  const key = { projectId, appName: 'oracle' };
  let name = '';
  await until('an oracle is ready', async () => {
    const seen = await engine.observeApp(key);
    name = seen?.instances[0]?.instanceName ?? '';
    return seen?.revisions[0]?.state === 'ready';
  });
  return { address: await bed.addressOf(name), port: 8080 };
}

test('instances call the apps of their project by both names, and wake them', async () => {
  assert.equal(await request(shop, `http://${INTERNAL}/`), '200 web of shop');
  assert.equal(await request(shop, 'http://web.shop/'), '200 web of shop');
  assert.equal(await request(blog, 'http://web.blog.svc.cluster.local/'), '200 web of blog');
  const many = `Promise.all(Array.from({ length: 20 }, () => fetch('http://${INTERNAL}/').then((one) => one.status)))`;
  assert.deepEqual(new Set((await ask(shop, many)) as number[]), new Set([200]));
});

test('an upgrade to another protocol passes inside a project', async () => {
  const upgrade = `new Promise((resolve, reject) => {
    const headers = { connection: 'upgrade', upgrade: 'echo' };
    const request = require('http').get('http://${INTERNAL}/', { headers });
    request.on('error', reject);
    request.on('response', (response) => resolve(response.statusCode));
    request.on('upgrade', (_response, socket) => {
      socket.on('data', (data) => { resolve(String(data)); socket.destroy(); });
      socket.write('ping');
    });
  })`;
  assert.equal(await ask(shop, upgrade), 'ping');
});

test('no request of one project reaches an app of another, whatever it says of itself', async () => {
  assert.equal(await request(blog, `http://${INTERNAL}/`), 'ENOTFOUND');
  assert.equal(await connection(blog, SHOP_GATEWAY, 80), 'timeout');
  assert.equal(await request(blog, `http://${BLOG_GATEWAY}/`, { host: 'web.blog' }), '200 web of blog');
  const hosts = [INTERNAL, 'web.shop', `${SHOP_GATEWAY}/web.shop`, 'private/web.shop', 'WEB.shop:80', 'web', ''];
  const forged = { 'x-forwarded-slipway-door': SHOP_GATEWAY, 'x-forwarded-slipway-hop': '0' };
  for (const host of hosts) {
    const answer = await request(blog, `http://${BLOG_GATEWAY}/`, { host, ...forged });
    assert.match(answer, /^40[04] /, `${host}: ${answer}`);
  }
  const absolute = `new Promise((resolve) => {
    const socket = require('net').connect(80, '${BLOG_GATEWAY}', () => {
      socket.write('GET http://${INTERNAL}/ HTTP/1.1\\r\\nHost: ${INTERNAL}\\r\\nConnection: close\\r\\n\\r\\n');
    });
    let text = '';
    socket.on('data', (data) => { text += data; });
    socket.on('close', () => resolve(text.split(' ')[1]));
  })`;
  assert.match(String(await ask(blog, absolute)), /^40[04]$/);
  const reached = (await engine.observeApp({ projectId: 'p1', appName: 'web' }))?.instances.length;
  assert.ok(reached !== undefined);
});

test('the public edge and processes of the machine lead to no internal name', async () => {
  const { address, port } = projectDoorFor(bed.config.runDir);
  const forged = { 'x-forwarded-slipway-door': SHOP_GATEWAY };
  for (const host of [INTERNAL, 'web.shop', `${SHOP_GATEWAY}/web.shop`, `project/${INTERNAL}`]) {
    const { status } = await callHost(bed.config.http.port, host, { headers: forged });
    assert.match(String(status), /^40[04]$/, host);
    const response = await fetch(`http://${address}:${port}/`, { headers: { ...forged } });
    assert.equal(response.status, 404);
  }
});

test('a private app answers at the private entry, and nowhere else outside', async () => {
  const name = 'web.shop.private.test';
  const [project] = PROJECTS;
  assert.ok(project);
  await engine.applyApp(webIn(project, [`private/${name}`]));
  const at = (port: number, host: string) => callHost(port, host);
  assert.equal((await at(privatePort, name)).body, 'web of shop');
  assert.equal((await at(bed.config.http.port, name)).status, 404);
  for (const host of [INTERNAL, 'web.shop', `private/${name}`]) {
    assert.match(String((await at(privatePort, host)).status), /^40[04]$/);
  }
  assert.equal(await request(shop, `http://${INTERNAL}/`), '200 web of shop');
  await engine.applyApp(webIn(project));
  assert.equal((await at(privatePort, name)).status, 404);
  assert.equal(await request(shop, `http://${INTERNAL}/`), '200 web of shop');
});

test('visibility changes at once, and no request fails under the names that stay', async () => {
  const [project] = PROJECTS;
  assert.ok(project);
  const load = `globalThis.load = { done: 0, failed: [], isOver: false };
    load.end = (async () => {
      while (!load.isOver) {
        const status = await fetch('http://${INTERNAL}/').then((one) => one.status, (error) => String(error.cause));
        if (status === 200) load.done += 1; else load.failed.push(status);
      }
    })();
    void 0`;
  await ask(shop, load);
  for (let turn = 0; turn < 20; turn += 1) {
    const host = turn % 2 === 0 ? 'web.shop.test' : 'private/web.shop.private.test';
    await engine.applyApp(webIn(project, [host]));
    const [port, name] = turn % 2 === 0 ? [bed.config.http.port, host] : [privatePort, 'web.shop.private.test'];
    assert.equal((await callHost(port, name)).body, 'web of shop');
  }
  await engine.applyApp(webIn(project));
  const { done, failed } = (await ask(shop, `load.isOver = true, load.end.then(() => load)`)) as {
    readonly done: number;
    readonly failed: readonly unknown[];
  };
  assert.deepEqual(failed, []);
  assert.ok(done > 0);
});

test('internal calls outlive a daemon that is away and an HAProxy that was killed', async () => {
  assert.equal(await request(shop, `http://${INTERNAL}/`), '200 web of shop');
  await engine.stop();
  assert.equal(await request(shop, `http://${INTERNAL}/`), '200 web of shop');
  engine = bed.createEngine();
  await engine.start({ projects: PROJECTS, apps: PROJECTS.flatMap((one) => [oracleIn(one), webIn(one)]) });
  const pid = Number((await readFile(proxyPathsFor(bed.config.runDir).pidFile, 'utf8')).trim());
  process.kill(pid, 'SIGKILL');
  await until('the next HAProxy', async () => (await request(shop, `http://${INTERNAL}/`)) === '200 web of shop');
});

test('a removed app has no name any more', async () => {
  await engine.removeApp({ projectId: 'p2', appName: 'web' });
  await until(
    'the name is gone',
    async () => (await request(blog, 'http://web.blog.svc.cluster.local/')) === 'ENOTFOUND',
  );
});
