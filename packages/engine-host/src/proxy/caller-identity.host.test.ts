/** Who calls inside a project: told to the app by its address alone, with containers and HAProxy as they are shipped. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { AppWorkload } from '@slipway/engine';
import type { PurgeableEngine } from '../host-engine.ts';
import { appFor, callHost, revisionFor } from '../testing/engine-bed.ts';
import { ask, ORACLE, request } from '../testing/oracle.ts';
import { TEST_IMAGES } from '../testing/real-images.ts';
import { until } from '../testing/runtime-bed.ts';
import { openStackBed, type StackBed } from '../testing/stack-bed.ts';
import { proxyPathsFor } from './haproxy-config.ts';
import { createHaproxyControl } from './haproxy-control.ts';

const PROJECT = { projectId: 'p1', subdomain: 'shop' };
/** The headers that came, as the app that was asked says. */
const HEADERS = `?${encodeURIComponent('q.headers')}`;

let bed: StackBed;
let engine: PurgeableEngine;
let image = '';

before(async () => {
  bed = await openStackBed({ platformId: 'ci', cidr: '10.207.128.0/17', userBase: 1_210_000_000 });
  engine = bed.createEngine();
  await engine.start({ projects: [], apps: [] });
  image = (await bed.images.resolve(TEST_IMAGES.good)).reference;
  await engine.applyProject(PROJECT);
  for (const name of ['web', 'cart', 'stock']) await engine.applyApp(oracleApp(name));
});
after(async () => {
  await engine?.stop();
  await bed?.[Symbol.asyncDispose]();
});

function oracleApp(appName: string, hosts: readonly string[] = []): AppWorkload {
  const options = { scale: { instancesMin: appName === 'stock' ? 0 : 1 }, env: { PORT: '8080' } };
  const command = { command: ['/bin/node', '-e', ORACLE], arguments: [] };
  const revision = { ...revisionFor(`${appName}-00001`, options), imageReference: image, ...command };
  const internal = `project/${appName}.shop.svc.cluster.local`;
  return { ...appFor(appName, revision), projectId: 'p1', hosts: [internal, ...hosts] };
}

async function instanceOf(appName: string): Promise<{ address: string; port: number; name: string }> {
  const name = await until(`${appName} is ready`, async () => {
    const seen = await engine.observeApp({ projectId: 'p1', appName });
    return seen?.revisions[0]?.state === 'ready' ? seen.instances[0]?.instanceName : undefined;
  });
  return { address: await bed.addressOf(name), port: 8080, name };
}

async function headersAt(
  appName: string,
  from: { address: string; port: number },
  sent: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, string>>> {
  const answer = await request(from, `http://${appName}.shop/${HEADERS}`, sent);
  assert.match(answer, /^200 /);
  return JSON.parse(answer.slice(4)) as Record<string, string>;
}

test('an app is told which app of its project calls, asleep or awake', async () => {
  const [web, cart] = [await instanceOf('web'), await instanceOf('cart')];
  assert.equal((await headersAt('stock', web))['x-forwarded-caller'], 'web.shop', 'it was asleep');
  assert.equal((await headersAt('stock', cart))['x-forwarded-caller'], 'cart.shop');
  assert.equal((await headersAt('web', web))['x-forwarded-caller'], 'web.shop', 'an app may call itself');
});

test('nobody says of himself who he is', async () => {
  const web = await instanceOf('web');
  const forged = { 'X-Forwarded-Caller': 'cart.shop', x_forwarded_caller: 'cart.shop', 'x-FORWARDED-caller': 'admin' };
  const headers = await headersAt('stock', web, forged);
  assert.deepEqual(
    Object.entries(headers).filter(([name]) => /caller/i.test(name)),
    [['x-forwarded-caller', 'web.shop']],
  );
  await engine.applyApp(oracleApp('stock', ['stock.shop.test']));
  const { body } = await callHost(bed.config.http.port, 'stock.shop.test', { path: `/${HEADERS}`, headers: forged });
  assert.doesNotMatch(body, /caller/i, 'at the edge nobody is known');
});

test('callers keep their names while HAProxy is replaced and the daemon starts anew', async () => {
  const web = await instanceOf('web');
  process.kill(Number((await readFile(proxyPathsFor(bed.config.runDir).pidFile, 'utf8')).trim()), 'SIGKILL');
  await until('the next HAProxy', async () => (await request(web, `http://stock.shop/${HEADERS}`)).startsWith('200'));
  assert.equal((await headersAt('stock', web))['x-forwarded-caller'], 'web.shop');
  await engine.stop();
  assert.equal((await headersAt('stock', web))['x-forwarded-caller'], 'web.shop', 'no daemon is needed');
  engine = bed.createEngine();
  await engine.start({ projects: [PROJECT], apps: ['web', 'cart', 'stock'].map((name) => oracleApp(name)) });
  assert.equal((await headersAt('stock', web))['x-forwarded-caller'], 'web.shop');
});

test('an address that was given back names nobody', async () => {
  const cart = await instanceOf('cart');
  await ask(cart, `void process.on('SIGTERM', () => process.exit())`);
  await engine.removeApp({ projectId: 'p1', appName: 'cart' });
  const { callersMap, controlSocket } = proxyPathsFor(bed.config.runDir);
  const control = createHaproxyControl(controlSocket);
  const held = () => control.ask(`show map ${callersMap}`);
  await until('the address is nobody’s', async () => !(await held()).includes(` ${cart.address} `));
  assert.match(await held(), / web\.shop$/m);
  control.close();
});
