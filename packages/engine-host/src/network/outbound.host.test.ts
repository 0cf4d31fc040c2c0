/** What instances reach outside of their project, with real namespaces and a stranger's network beside the machine. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { CLOSED_RANGES, OUTBOUND_DEFAULT, type OutboundRules } from '@slipway/engine';
import { runProcess } from '@slipway/process';
import type { Instance } from '../instance/instance-runtime.ts';
import { ask, connection, ORACLE } from '../testing/oracle.ts';
import { openOutsideWorld } from '../testing/outside-world.ts';
import { openRuntimeBed, requestFor, until, type RuntimeBed } from '../testing/runtime-bed.ts';
import { spellingsOf } from '../testing/spellings.ts';

const BED = { platformId: 'to', cidr: '10.205.0.0/17', userBase: 1_180_000_000 } as const;
const PUBLIC = '198.51.100.77';
const OTHER_PUBLIC = '198.51.100.78';
const PRIVATE = '10.99.77.2';
const LINK_LOCAL = '169.254.77.2';
const NOTHING: OutboundRules = { publicRanges: [], privateRanges: [] };
const signal = new AbortController().signal;

async function startIn(bed: RuntimeBed, projectId: string, outbound?: OutboundRules): Promise<Instance> {
  await bed.runtime.applyProject({ projectId, subdomain: projectId, ...(outbound && { outbound }) });
  const name = `web-00001-${projectId}`;
  const instance = await bed.runtime.start(requestFor(projectId, name, { arguments: [ORACLE] }), signal);
  assert.equal(await ask(instance, '1'), 1);
  return instance;
}

/** Opens a connection that stays; what is written to it comes back. */
async function hold(instance: Instance, host: string, port: number): Promise<void> {
  const opened = `new Promise((resolve, reject) => {
    globalThis.seen = 'nothing';
    globalThis.held = require('net').connect(${port}, '${host}', () => resolve('open'));
    held.on('data', (data) => { seen = String(data); });
    held.on('error', (error) => { seen = error.code; reject(error); });
  })`;
  assert.equal(await ask(instance, opened), 'open');
}

async function writeHeld(instance: Instance, text: string): Promise<string> {
  await ask(instance, `void held.write('${text}')`);
  return until('an echo or an end', async () => {
    const seen = await ask(instance, 'seen');
    return seen === text || String(seen).startsWith('E') ? String(seen) : undefined;
  });
}

const ADDRESSES_MAX = 20;

test('outbound rules hold for running instances at once, cut what they forbid, and are each project’s own', async () => {
  await using world = await openOutsideWorld('swto', [PUBLIC, OTHER_PUBLIC]);
  const { port } = world;
  await using bed = await openRuntimeBed(BED);
  await bed.runtime.adopt();
  const shop = await startIn(bed, 'shop');
  const blog = await startIn(bed, 'blog', OUTBOUND_DEFAULT);
  const declare = (outbound: OutboundRules) =>
    bed.runtime.applyProject({ projectId: 'shop', subdomain: 'shop', outbound });
  for (const instance of [shop, blog]) {
    await hold(instance, PUBLIC, port);
    assert.equal(await writeHeld(instance, 'first'), 'first');
  }

  await declare({ publicRanges: [`${PUBLIC}/32`], privateRanges: [] });
  assert.equal(await writeHeld(shop, 'second'), 'second');
  assert.equal(await connection(shop, PUBLIC, port), 'open');
  assert.equal(await connection(shop, OTHER_PUBLIC, port), 'EHOSTUNREACH');

  await declare(NOTHING);
  assert.equal(await writeHeld(shop, 'third'), 'ECONNRESET');
  assert.equal(await connection(shop, PUBLIC, port), 'EHOSTUNREACH');
  assert.equal(await writeHeld(blog, 'third'), 'third');
  assert.equal(await connection(blog, OTHER_PUBLIC, port), 'open');

  await bed.runtime.close();
  await bed.reopen().adopt();
  assert.equal(await connection(shop, PUBLIC, port), 'EHOSTUNREACH', 'before anybody told the new daemon');
  assert.equal(await connection(blog, PUBLIC, port), 'open');
  await declare(OUTBOUND_DEFAULT);
  assert.equal(await connection(shop, OTHER_PUBLIC, port), 'open');
});

test('a private range is reached by the project that it is open for, and link-local addresses by none', async () => {
  await using world = await openOutsideWorld('swto', [PUBLIC, PRIVATE, LINK_LOCAL]);
  const { port } = world;
  await using bed = await openRuntimeBed(BED);
  await bed.runtime.adopt();
  const shop = await startIn(bed, 'shop', { publicRanges: [], privateRanges: [`${PRIVATE}/32`] });
  const blog = await startIn(bed, 'blog', OUTBOUND_DEFAULT);
  assert.equal(await connection(shop, PRIVATE, port), 'open');
  assert.equal(await connection(shop, PUBLIC, port), 'EHOSTUNREACH');
  assert.equal(await connection(blog, PUBLIC, port), 'open');
  assert.equal(await connection(blog, PRIVATE, port), 'EHOSTUNREACH');
  for (const instance of [shop, blog]) assert.equal(await connection(instance, LINK_LOCAL, port), 'EHOSTUNREACH');
  assert.equal(world.connections(), 2);
});

test('no pair of projects exchanges a packet, and instances of one project do', async () => {
  await using bed = await openRuntimeBed(BED);
  await bed.runtime.adopt();
  const projects = ['one', 'two', 'three'];
  const instances: { readonly projectId: string; readonly instance: Instance }[] = [];
  for (const projectId of projects) {
    instances.push({ projectId, instance: await startIn(bed, projectId) });
    const second = requestFor(projectId, `web-00002-${projectId}`, { arguments: [ORACLE] });
    instances.push({ projectId, instance: await bed.runtime.start(second, signal) });
  }
  for (const { instance } of instances) assert.equal(await ask(instance, '1'), 1);
  const isOpen = async (from: (typeof instances)[number], to: (typeof instances)[number]) =>
    (await connection(from.instance, to.instance.address, to.instance.port)) === 'open';
  const pairs = instances.flatMap((from) => instances.map((to) => ({ from, to })));
  const open = await Promise.all(pairs.map(({ from, to }) => isOpen(from, to)));
  assert.deepEqual(
    open,
    pairs.map(({ from, to }) => from.projectId === to.projectId),
  );
  const [from] = instances;
  assert.ok(from);
  const links = String(await ask(from.instance, `require('fs').readFileSync('/proc/net/if_inet6', 'utf8')`));
  assert.doesNotMatch(links, /eth0/, 'there is no IPv6 between them');
});

test('an instance reaches neither the machine nor a metadata service nor a private network, however it spells them', async () => {
  let asked = 0;
  const host = createServer((socket) => {
    asked += 1;
    socket.on('error', () => undefined);
    socket.end('reached');
  });
  host.listen(0, '::');
  await once(host, 'listening');
  const { port } = host.address() as { port: number };
  try {
    await using bed = await openRuntimeBed(BED);
    await bed.runtime.adopt();
    const instance = await startIn(bed, 'shop');
    const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const others = own.filter(({ address }) => address !== '127.0.0.1' && address !== '::1');
    // Each platform of the machine has bridges, and all is asked in one request.
    const ofMachine = others.slice(0, ADDRESSES_MAX);
    const near = CLOSED_RANGES.map((range) => range.split('/')[0] ?? '').filter((address) => !address.startsWith('0.'));
    const targets = [...near, '169.254.169.254', '100.100.100.200', '192.0.0.192', '10.205.0.1', '10.205.1.1'];
    const spelled = [...targets, ...ofMachine.map(({ address }) => address)].flatMap(spellingsOf);
    const tries = `Promise.all(${JSON.stringify(spelled)}.map((host) => new Promise((resolve) => {
      const socket = require('net').connect({ host, port: ${port}, timeout: 3000 });
      socket.on('connect', () => { resolve(socket.remoteAddress?.endsWith('127.0.0.1') ? [] : [host]); socket.destroy(); });
      socket.on('timeout', () => { resolve([]); socket.destroy(); });
      socket.on('error', () => resolve([]));
    }))).then((found) => found.flat())`;
    assert.deepEqual(await ask(instance, tries), []);
    assert.ok(spelled.length > 100, `${spelled.length} attempts`);
    assert.equal(asked, 0);
  } finally {
    host.close();
  }
});

test('rules that another program removed come back by themselves', async () => {
  await using world = await openOutsideWorld('swto', [PUBLIC]);
  await using bed = await openRuntimeBed(BED);
  await bed.runtime.adopt();
  const shop = await startIn(bed, 'shop', NOTHING);
  await runProcess(['nft', 'delete', 'table', 'inet', `slipway_${BED.platformId}`]);
  await until('the firewall is back', async () => (await connection(shop, PUBLIC, world.port)) === 'EHOSTUNREACH');
  assert.match(bed.warnings.join('\n'), /removed by another program/);
});

test('purge() takes rules and name servers with it', async () => {
  const dnsmasqs = async () =>
    (await runProcess(['pgrep', '-af', `dnsmasq.*slipway-${BED.platformId}-`], { allowExitCodes: [0, 1] })).stdout;
  {
    await using bed = await openRuntimeBed(BED);
    await bed.runtime.adopt();
    await startIn(bed, 'shop');
    await startIn(bed, 'blog');
    assert.equal((await dnsmasqs()).trim().split('\n').length, 2);
    await bed.runtime.removeProject('blog');
    await until(
      'the name server of a removed project is gone',
      async () => (await dnsmasqs()).split('\n').length === 2,
    );
  }
  await until('all name servers are gone', async () => (await dnsmasqs()) === '');
  const { stdout } = await runProcess(['nft', 'list', 'tables']);
  assert.ok(!stdout.includes(`slipway_${BED.platformId}`), stdout);
});
