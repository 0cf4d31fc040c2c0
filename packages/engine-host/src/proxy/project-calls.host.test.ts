/** Who calls inside a project, and who may: known by addresses alone, with containers and HAProxy as they are shipped. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { AppWorkload, MeshWorkload } from '@slipway/engine';
import type { PurgeableEngine } from '../host-engine.ts';
import { appFor, callHost, revisionFor } from '../testing/engine-bed.ts';
import { ask, connection, ORACLE, request } from '../testing/oracle.ts';
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
  for (const app of allApps()) await engine.applyApp(app);
});
after(async () => {
  await engine?.stop();
  await bed?.[Symbol.asyncDispose]();
});

const allApps = () => [
  oracleApp('web'),
  oracleApp('cart'),
  oracleApp('stock'),
  oracleApp('vault', [], { callers: ['web'] }),
];

function oracleApp(appName: string, hosts: readonly string[] = [], mesh?: MeshWorkload): AppWorkload {
  const options = { scale: { instancesMin: appName === 'web' || appName === 'cart' ? 1 : 0 }, env: { PORT: '8080' } };
  const command = { command: ['/bin/node', '-e', ORACLE], arguments: [] };
  const revision = { ...revisionFor(`${appName}-00001`, options), imageReference: image, ...command };
  const internal = `project/${appName}.shop.svc.cluster.local`;
  return { ...appFor(appName, revision), projectId: 'p1', hosts: [internal, ...hosts], ...(mesh && { mesh }) };
}

/** Asleep until somebody calls it who may. */
async function applyVault(mesh?: MeshWorkload): Promise<void> {
  await engine.applyApp(oracleApp('vault', [], mesh));
}

async function statusOf(appName: string, from: { address: string; port: number }): Promise<string> {
  return (await request(from, `http://${appName}.shop/?1`)).slice(0, 3);
}

async function instanceOf(appName: string): Promise<{ address: string; port: number; name: string }> {
  const name = await until(`${appName} is ready`, async () => {
    const seen = await engine.observeApp({ projectId: 'p1', appName });
    return seen?.instances.find(({ state }) => state === 'running')?.instanceName;
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
  const steering = {
    'x-forwarded-slipway-way': 'again5',
    'x-forwarded-slipway-timeout': '1',
    'x-forwarded-slipway-callee': 'web.shop',
    'x-forwarded-slipway-door': 'called-10.207.128.1',
    'x-forwarded-mirrored': 'cart.shop',
  };
  const seen = Object.keys(await headersAt('stock', web, steering));
  assert.deepEqual(
    seen.filter((name) => /slipway|mirrored/.test(name)),
    [],
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
  await engine.start({ projects: [PROJECT], apps: allApps() });
  assert.equal((await headersAt('stock', web))['x-forwarded-caller'], 'web.shop');
});

test('an app is called by those it names, and others do not even wake it', async () => {
  const [web, cart] = [await instanceOf('web'), await instanceOf('cart')];
  const refused = await request(cart, `http://vault.shop/${HEADERS}`);
  assert.equal(refused, '403 App vault.shop does not let app cart.shop call it\n');
  const forged = { 'x-forwarded-caller': 'web.shop', 'x-forwarded-slipway-door': 'called-10.207.128.1' };
  assert.match(await request(cart, `http://vault.shop.svc.cluster.local/${HEADERS}`, forged), /^403 /);
  assert.equal((await engine.observeApp({ projectId: 'p1', appName: 'vault' }))?.instances.length, 0);
  assert.equal((await headersAt('vault', web))['x-forwarded-caller'], 'web.shop');
  const vault = await instanceOf('vault');
  assert.equal(await statusOf('vault', vault), '200', 'it may call itself');
  assert.equal(await connection(cart, vault.address, vault.port), 'timeout');
  await until('a caller on the list connects', async () => {
    return (await connection(web, vault.address, vault.port)) === 'open';
  });
  await until('it connects to others: what it calls is another matter', async () => {
    return (await connection(vault, cart.address, cart.port)) === 'open';
  });
});

test('who may call changes at once, and fails no call of those who still may', async () => {
  const [web, cart] = [await instanceOf('web'), await instanceOf('cart')];
  const load = `globalThis.load = { done: 0, failed: [], isOver: false };
    load.end = (async () => {
      while (!load.isOver) {
        const status = await fetch('http://vault.shop/?1').then((one) => one.status, (error) => String(error.cause));
        if (status === 200) load.done += 1; else load.failed.push(status);
      }
    })();
    void 0`;
  await ask(web, load);
  const vault = await instanceOf('vault');
  for (const callers of [['web', 'cart'], ['web'], undefined, ['web'], ['cart', 'web'], undefined]) {
    await applyVault({ ...(callers && { callers }) });
    const mayCart = callers?.includes('cart') !== false;
    await until(`cart ${mayCart ? 'may' : 'may not'}`, async () => {
      const direct = await connection(cart, vault.address, vault.port);
      return direct === (mayCart ? 'open' : 'timeout');
    });
    assert.equal(await statusOf('vault', cart), mayCart ? '200' : '403');
  }
  const { done, failed } = (await ask(web, `load.isOver = true, load.end.then(() => load)`)) as {
    readonly done: number;
    readonly failed: readonly unknown[];
  };
  assert.deepEqual(failed, []);
  assert.ok(done > 0);
  await applyVault({ callers: [] });
  assert.deepEqual([await statusOf('vault', web), await statusOf('vault', cart)], ['403', '403']);
  assert.equal(await statusOf('vault', vault), '200');
});

test('a connection that is open carries nothing while its caller is not on the list', async () => {
  await applyVault();
  const [cart, vault] = [await instanceOf('cart'), await instanceOf('vault')];
  const open = `new Promise((done, fail) => {
    globalThis.answers = [];
    globalThis.line = require('net').connect(${vault.port}, '${vault.address}', () => done('open'));
    line.on('data', (data) => answers.push(...String(data).match(/HTTP.1.1 200/g) ?? [])).on('error', fail);
  })`;
  const say = `void line.write('GET /?1 HTTP/1.1\\r\\nHost: vault\\r\\n\\r\\n')`;
  const answers = async () => ((await ask(cart, 'answers')) as readonly string[]).length;
  assert.equal(await ask(cart, open), 'open');
  await ask(cart, say);
  await until('an answer', async () => (await answers()) === 1);
  await applyVault({ callers: ['web'] });
  await ask(cart, say);
  assert.equal(await connection(cart, vault.address, vault.port), 'timeout');
  assert.equal(await answers(), 1);
  assert.equal(await connection(vault, cart.address, cart.port), 'open', 'it gets the answers to what it asks');
  // What was not acknowledged is said again until it is.
  await applyVault({ callers: ['web', 'cart'] });
  await until('the other answer', async () => (await answers()) === 2);
  await ask(cart, 'void line.destroy()');
});

test('nobody gets past a list while HAProxy is replaced, and while the daemon is away and starts anew', async () => {
  const [web, cart] = [await instanceOf('web'), await instanceOf('cart')];
  await applyVault({ callers: ['web'] });
  assert.equal(await statusOf('vault', web), '200');
  const vault = await instanceOf('vault');
  const tries = `globalThis.tries = { seen: [], isOver: false };
    tries.end = (async () => {
      while (!tries.isOver) {
        const one = await fetch('http://vault.shop/?1').then((answer) => answer.status, () => 0);
        if (!tries.seen.includes(one)) tries.seen.push(one);
      }
    })();
    void 0`;
  await ask(cart, tries);
  process.kill(Number((await readFile(proxyPathsFor(bed.config.runDir).pidFile, 'utf8')).trim()), 'SIGKILL');
  await until('the next HAProxy', async () => (await statusOf('vault', web)) === '200');
  await engine.stop();
  assert.deepEqual([await statusOf('vault', web), await statusOf('vault', cart)], ['200', '403']);
  assert.equal(await connection(cart, vault.address, vault.port), 'timeout', 'no daemon is needed');
  engine = bed.createEngine();
  await engine.start({ projects: [PROJECT], apps: allApps() });
  assert.deepEqual([await statusOf('vault', web), await statusOf('vault', cart)], ['200', '403']);
  assert.equal(await connection(cart, vault.address, vault.port), 'timeout');
  const { seen } = (await ask(cart, `tries.isOver = true, tries.end.then(() => tries)`)) as { seen: readonly number[] };
  assert.ok(seen.includes(403) && !seen.includes(200), String(seen));
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
