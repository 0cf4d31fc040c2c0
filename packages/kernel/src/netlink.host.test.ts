import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { addAddress, addCable, addDefaultRoute, raiseLink } from './netlink-message.ts';
import { linkIndex, Netlink } from './netlink.ts';
import { pinNetworkNamespace } from './pinned-namespace.ts';
import { inNetworkNamespace, unmount } from './system-calls.ts';

const CABLE = 'swnltest0';
const BRIDGE = 'swnltest1';

interface FoundLink {
  readonly ifname: string;
  readonly address: string;
  readonly flags: readonly string[];
  readonly master?: string;
  readonly inet6_addr_gen_mode?: string;
}

function ip<Found>(...words: readonly string[]): readonly Found[] {
  const { stdout } = spawnSync('ip', ['-json', '-details', ...words], { encoding: 'utf8' });
  return JSON.parse(stdout === '' ? '[]' : stdout) as readonly Found[];
}

test('a Netlink makes a cable to a bridge, with address and route inside, and tells what is refused', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-netlink-'));
  const path = join(folder, 'net');
  await pinNetworkNamespace(path, undefined);
  const [inside, own] = [openSync(path, 'r'), openSync('/proc/self/ns/net', 'r')];
  t.after(() => {
    for (const fd of [inside, own]) closeSync(fd);
    for (const name of [CABLE, BRIDGE]) spawnSync('ip', ['link', 'del', name]);
    unmount(path);
    rmSync(folder, { recursive: true });
  });
  spawnSync('ip', ['link', 'add', BRIDGE, 'type', 'bridge']);
  using outside = new Netlink();
  const peer = { name: 'eth0', hardwareAddress: '02:00:0a:00:00:02', namespaceFd: inside };
  await outside.change([
    addCable({ name: CABLE, peer }),
    raiseLink({ name: CABLE, masterIndex: linkIndex(BRIDGE), isBare: true }),
  ]);
  const [cable] = ip<FoundLink>('link', 'show', 'dev', CABLE);
  assert.deepEqual([cable?.master, cable?.inet6_addr_gen_mode], [BRIDGE, 'none']);
  assert.ok(cable?.flags.includes('UP'));

  const { index, netlink } = inNetworkNamespace(inside, own, () => ({
    index: linkIndex('eth0'),
    netlink: new Netlink(),
  }));
  using within = netlink;
  const address = { index, address: '10.255.255.2', prefix: 24 };
  const changes = [raiseLink({ name: 'lo' }), addAddress(address), raiseLink({ name: 'eth0' })];
  await within.change([...changes, addDefaultRoute('10.255.255.1')]);
  const [lo, eth0] = inNetworkNamespace(inside, own, () => ip<FoundLink>('address'));
  for (const link of [lo, eth0]) assert.ok(link?.flags.includes('UP'));
  assert.equal(eth0?.address, peer.hardwareAddress);
  const routes = inNetworkNamespace(inside, own, () => ip<{ dst: string; gateway?: string }>('route'));
  assert.deepEqual(
    routes.map(({ dst, gateway }) => [dst, gateway]),
    [
      ['default', '10.255.255.1'],
      ['10.255.255.0/24', undefined],
    ],
  );
  await assert.rejects(within.change([addAddress(address)]), { code: 'EEXIST' });
  assert.throws(() => linkIndex('swnltest9'), { code: 'ENODEV' });
});
