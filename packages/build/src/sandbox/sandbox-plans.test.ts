import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitSettings } from './build-cgroup.ts';
import { renderBuildTable, seatNetwork, usableResolvers } from './build-network.ts';
import { overlayLayersAt } from './overlay-layers.ts';
import { withShiftedUsers, withStepSettings } from './step-config.ts';
import { buildahEnvironment, pickStepEnvironment } from './step-environment.ts';
import { mountPointsBelow } from './unmount-below.ts';

test('seatNetwork() gives each seat names and addresses of its own', () => {
  assert.deepEqual(seatNetwork('td', '10.204.0.0/24', 3), {
    namespace: 'slipway-td-b3',
    namespacePath: '/run/netns/slipway-td-b3',
    hostLink: 'slbtd3h',
    innerLink: 'slbtd3n',
    hostAddress: '10.204.0.13',
    innerAddress: '10.204.0.14',
  });
  assert.throws(() => seatNetwork('td', '10.204.0.0/29', 2), /too few addresses/);
});

test('renderBuildTable() refuses the machine and everything near, but resolvers and what is allowed', () => {
  const network = { cidr: '10.204.0.0/24', dnsServers: ['10.0.0.53', 'fd00::53'], allowedCidrs: ['10.9.0.0/16'] };
  assert.equal(
    renderBuildTable('td', network),
    `table inet slipway_td_build
delete table inet slipway_td_build
table inet slipway_td_build {
  chain input {
    type filter hook input priority -10; policy accept;
    iifname "slbtd*" reject
  }
  chain forward {
    type filter hook forward priority -10; policy accept;
    oifname "slbtd*" ct state established,related accept
    oifname "slbtd*" drop
    iifname "slbtd*" ct state established,related accept
    iifname "slbtd*" ip daddr { 10.0.0.53 } meta l4proto { tcp, udp } th dport 53 accept
    iifname "slbtd*" ip daddr { 10.9.0.0/16 } accept
    iifname "slbtd*" ip daddr { 0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.0.0.0/24, 192.168.0.0/16, 198.18.0.0/15, 224.0.0.0/4, 240.0.0.0/4, 168.63.129.16/32 } reject
    iifname "slbtd*" meta nfproto ipv6 reject
  }
  chain postrouting {
    type nat hook postrouting priority 100; policy accept;
    ip saddr 10.204.0.0/24 oifname != "slbtd*" masquerade
  }
}
`,
  );
});

test('usableResolvers() leaves out those only the machine itself can reach', () => {
  assert.deepEqual(usableResolvers('# x\nnameserver 127.0.0.53\nnameserver 10.0.0.1\nsearch a\nnameserver ::1\n'), [
    '10.0.0.1',
  ]);
});

test('limitSettings() writes the same limits for both cgroup versions', () => {
  const limits = { cpuMillis: 1500, memoryBytes: 4e9, pidsMax: 4096 };
  assert.deepEqual(
    limitSettings(2, limits).map(({ file, value }) => `${file}=${value}`),
    ['memory.max=4000000000', 'cpu.max=150000 100000', 'pids.max=4096'],
  );
  assert.deepEqual(
    limitSettings(1, limits).map(({ file, value }) => `${file}=${value}`),
    ['memory.limit_in_bytes=4000000000', 'cpu.cfs_period_us=100000', 'cpu.cfs_quota_us=150000', 'pids.max=4096'],
  );
});

const CONFIG = {
  process: {
    env: ['PATH=/bin', 'SSL_CERT_FILE=/own'],
    capabilities: { bounding: ['CAP_CHOWN'], ambient: ['CAP_CHOWN'] },
  },
  root: { path: '/b/rootfs' },
  mounts: [
    { destination: '/proc', type: 'proc' },
    { destination: '/sys', type: 'sysfs' },
    { destination: '/sys/fs/cgroup', type: 'cgroup' },
  ],
  linux: { namespaces: [{ type: 'pid' }], maskedPaths: ['/proc/kcore'], cgroupsPath: '/x' },
};

test('withStepSettings() adds environment the image does not set, and takes ambient capabilities away', () => {
  const { process } = withStepSettings(CONFIG, { environment: { SSL_CERT_FILE: '/theirs', PIP_CERT: '/ca' } });
  assert.deepEqual(process.env, ['PATH=/bin', 'SSL_CERT_FILE=/own', 'PIP_CERT=/ca']);
  assert.deepEqual(process.capabilities, { bounding: ['CAP_CHOWN'], ambient: [] });
});

test('withShiftedUsers() puts the step into a user namespace and hides the machine in /sys', () => {
  const users = { base: 1000, count: 10, namespacePath: '/n', overlayDir: '/o' };
  const { root, mounts, linux } = withShiftedUsers(CONFIG, users, '/mnt/root');
  assert.equal(root.path, '/mnt/root');
  assert.deepEqual(
    mounts.map(({ destination, type }) => `${destination} ${type}`),
    ['/proc proc', '/sys bind'],
  );
  assert.deepEqual(linux.namespaces, [{ type: 'pid' }, { type: 'user' }]);
  assert.deepEqual(linux['uidMappings'], [{ containerID: 0, hostID: 1000, size: 10 }]);
  assert.deepEqual(linux.maskedPaths?.slice(0, 2), ['/proc/kcore', '/sys/fs/cgroup']);
});

test('overlayLayersAt() reads the layers of the mount that is on top', () => {
  const lines = [
    '1 0 254:0 / / rw - ext4 /dev/vda rw',
    '2 1 0:41 / /b/rootfs rw,relatime - overlay overlay rw,lowerdir=/o/l/A:/o/l/B,upperdir=/o/id/diff,workdir=/o/id/work,uuid=on',
  ];
  assert.deepEqual(overlayLayersAt(lines.join('\n'), '/b/rootfs', '/o'), { lower: ['l/A', 'l/B'], upper: 'id/diff' });
  const relative = '2 1 0:41 / /b/rootfs rw - overlay overlay rw,lowerdir=l/A,upperdir=id/diff,workdir=id/work';
  assert.deepEqual(overlayLayersAt(relative, '/b/rootfs', '/o'), { lower: ['l/A'], upper: 'id/diff' });
  assert.equal(overlayLayersAt(lines.join('\n'), '/', '/o'), undefined);
  assert.throws(() => overlayLayersAt(lines.join('\n'), '/b/rootfs', '/elsewhere'), /outside \/elsewhere/);
});

test('mountPointsBelow() lists what is mounted in a folder, deepest first', () => {
  const lines = [
    '1 0 0:1 / /w rw - x x',
    '2 1 0:2 / /w/a\\040b rw - x x',
    '3 1 0:3 / /w/a\\040b/c rw - x x',
    '4 1 0:4 / /wx rw - x x',
  ];
  assert.deepEqual(mountPointsBelow(lines.join('\n'), '/w'), ['/w/a b/c', '/w/a b', '/w']);
});

test('pickStepEnvironment() hands on registries and never a credential', () => {
  const found = pickStepEnvironment(
    { PIP_INDEX_URL: 'https://user:secret@pip.example/', GOPROXY: 'https://go.example', TOKEN: 'x' },
    '//npm.example/:_authToken=secret\nregistry = https://npm.example/\n',
  );
  assert.deepEqual(found, { npm_config_registry: 'https://npm.example/', GOPROXY: 'https://go.example' });
});

test('buildahEnvironment() passes names it knows and nothing else of the daemon', () => {
  assert.deepEqual(buildahEnvironment({ PATH: '/bin', SECRET: 'x', HTTPS_PROXY: 'http://p:1' }), {
    PATH: '/bin',
    HTTPS_PROXY: 'http://p:1',
  });
});
