import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocatePlatform } from './allocate-platform.ts';
import { renderBootUnit } from './boot-unit.ts';
import { isNameOf } from './leftovers.ts';
import { enterArgv, mountPoints } from './mount-namespace.ts';
import { processKind } from './platform-processes.ts';
import { ageSeconds, overallState } from './status.ts';
import { daemonEnvironment, serverArgv, supervisorArgv } from './supervisor.ts';

const CONFIG = allocatePlatform(
  'default',
  {},
  {
    existing: [],
    machineDir: '/var/lib/slipway',
    runRoot: '/run/slipway',
    cacheDir: '/c',
    freePorts: [1, 2, 3, 4],
    platformId: 'p0',
    addresses: [],
  },
);

test('mountPoints() undoes the escapes of the mount table', () => {
  const table = '31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n32 31 0:29 / /mnt/a\\040b rw - ext4 /dev/x rw\n';
  assert.deepEqual([...mountPoints(table)], ['/sys/fs/cgroup', '/mnt/a b']);
});

test('supervisorArgv() enters the mount namespace and gives programs and paths as words of their own', () => {
  const argv = supervisorArgv(CONFIG);
  assert.equal(argv[0], 'daemon');
  const command = argv.slice(argv.indexOf('--') + 1);
  assert.deepEqual(command.slice(0, 4), enterArgv('/run/slipway/default', command[2]?.slice('--wd='.length) ?? ''));
  assert.deepEqual(command.slice(4), serverArgv(CONFIG));
  assert.deepEqual(serverArgv(CONFIG, '--purge').slice(-3), [
    '--config',
    '/var/lib/slipway/default/platform.json',
    '--purge',
  ]);
});

test('daemonEnvironment() keeps the way to the network and drops the session', () => {
  const env = {
    PATH: '/bin',
    HTTPS_PROXY: 'http://p',
    no_proxy: 'x',
    SSH_AUTH_SOCK: '/s',
    AWS_SECRET: 'x',
    NODE_EXTRA_CA_CERTS: '/c',
  };
  assert.deepEqual(Object.keys(daemonEnvironment(env)).toSorted(), [
    'HTTPS_PROXY',
    'NODE_EXTRA_CA_CERTS',
    'PATH',
    'no_proxy',
  ]);
});

test('processKind() tells instances, helpers and strangers apart, and p1 from p10', () => {
  const platform = { platformId: 'p1', runDir: '/run/slipway/a', stateDir: '/var/lib/slipway/a' };
  const base = { program: 'node', command: 'node app.js', cgroups: '', mountNamespace: 'mnt:[1]' };
  const kind = (facts: Partial<typeof base>) => processKind(platform, { ...base, ...facts }, 'mnt:[99]');
  assert.equal(kind({ cgroups: '3:memory:/slipway-p1/web-1' }), 'instance');
  assert.equal(kind({ cgroups: '3:memory:/slipway-p10/web-1' }), undefined);
  assert.equal(kind({ mountNamespace: 'mnt:[99]' }), 'helper');
  assert.equal(kind({ program: 'haproxy', command: 'haproxy -f /run/slipway/a/haproxy.cfg' }), 'helper');
  assert.equal(kind({ program: 'haproxy', command: 'haproxy -f /run/slipway/ab/haproxy.cfg' }), undefined);
  assert.equal(kind({ program: 'vi', command: 'vi /run/slipway/a/haproxy.cfg' }), undefined);
});

test('isNameOf() takes names of this platform only', () => {
  for (const name of ['slipway-p1', 'slipway_p1_build', 'slipway-p1-b0', 'sl-p1-3', 'swp1-3'])
    assert.ok(isNameOf('p1', name), name);
  for (const name of ['slipway-p10', 'slipway-p2', 'docker0', 'p1', 'myslipway-p1'])
    assert.ok(!isNameOf('p1', name), name);
});

test('ageSeconds() reads the start of a process whatever its name holds', () => {
  const fields = Array.from({ length: 30 }, (_, index) => (index === 19 ? '500' : '0')).join(' ');
  assert.equal(ageSeconds(`12 (a) b (c) ${fields}`, 65), 60);
  assert.equal(ageSeconds('', 65), undefined);
});

test('overallState() tells a daemon that does not answer from one that is not there', () => {
  assert.equal(overallState(false, undefined), 'stopped');
  assert.equal(overallState(true, undefined), 'starting');
});

test('renderBootUnit() leaves no hole', () => {
  const unit = renderBootUnit('ExecStart=@LAUNCHER@ up --platform @NAME@', CONFIG);
  assert.match(unit, /^ExecStart=\/.*\/slipway up --platform default$/);
});
