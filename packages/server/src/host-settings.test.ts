import assert from 'node:assert/strict';
import test from 'node:test';
import type { PlatformConfig } from '@slipway/setup';
import { buildCidrFor, buildUsersFor, capacityFor, engineConfigFor, scaleWindowsFor } from './host-settings.ts';
import { factsFor } from './platform-facts.ts';

const config: PlatformConfig = {
  name: 'default',
  platformId: 'p0',
  stateDir: '/var/lib/slipway/default',
  runDir: '/run/slipway/default',
  cacheDir: '/var/cache/slipway',
  api: { address: '0.0.0.0', port: 8780 },
  http: { address: '127.0.0.1', port: 8080 },
  registry: { address: '127.0.0.1', port: 8781 },
  domain: 'localhost',
  https: { address: '', port: 0, redirect: 'auto', urls: 'auto' },
  network: { cidr: '10.208.0.0/12', projectPrefix: 22, dnsUpstreams: [] },
  users: { base: 1_006_632_960, perProject: 65_536, allowHostUsers: false },
  slotCount: 256,
  imageBudgetBytes: 20e9,
  projectRetentionMs: 0,
  auditRetentionMs: 0,
  requestsPerSecond: 100,
  capacity: { cpuMillis: 0, memoryBytes: 0 },
  store: { kind: 'sqlite' },
  registryMirrors: [],
  startDeadlineMs: 60_000,
  scaling: { stableWindowMs: 6000, scaleToZeroGraceMs: 1000 },
};

const RANGES: readonly (readonly [cidr: string, build: string])[] = [
  ['10.208.0.0/12', '10.223.255.0/24'],
  ['10.224.0.0/16', '10.224.255.0/24'],
  ['192.168.4.0/24', '192.168.4.0/24'],
];

for (const [cidr, build] of RANGES) {
  test(`buildCidrFor() gives builds ${build} of ${cidr}`, () => {
    assert.equal(buildCidrFor({ ...config, network: { ...config.network, cidr } }), build);
  });
}

test('buildUsersFor() stays inside the 256 ranges of a platform and above its projects', () => {
  const { base, count } = buildUsersFor(config);
  assert.equal(base, config.users.base + 255 * 65_536);
  assert.equal(base + count, config.users.base + 256 * 65_536);
});

test('scaleWindowsFor() keeps the proportion of the panic window', () => {
  assert.deepEqual(scaleWindowsFor(config), { mode: 'fast', stableMs: 6000, panicMs: 600, zeroGraceMs: 1000 });
});

test('capacityFor() gives away the memory that is left, shares the cores, and takes what the operator says', () => {
  const machine = { cores: 4, memoryBytes: 8e9 };
  assert.deepEqual(capacityFor(config, machine), { cpuMillis: 32_000, memoryBytes: 7.2e9 });
  assert.equal(capacityFor(config, { ...machine, memoryBytes: 2e9 }).memoryBytes, 1.488e9);
  const strict = { capacity: { cpuMillis: 4000, memoryBytes: 3e9 } };
  assert.deepEqual(capacityFor(strict, machine), strict.capacity);
});

test('engineConfigFor() lets a tenth of the memory stand by, or what the operator says', () => {
  const machine = { cores: 4, memoryBytes: 8e9 };
  assert.equal(engineConfigFor(config, machine).standbyMemoryBytes, 8e8);
  assert.equal(engineConfigFor({ ...config, standbyMemoryBytes: 0 }, machine).standbyMemoryBytes, 0);
});

test('engineConfigFor() has requests observed where the operator asked, and says nothing of it elsewhere', () => {
  const machine = { cores: 4, memoryBytes: 8e9 };
  const observeOf = (observe: PlatformConfig['observe']) =>
    engineConfigFor({ ...config, ...(observe && { observe }) }, machine).observe;
  assert.equal(observeOf(undefined), undefined);
  assert.deepEqual(observeOf({ requests: 'metrics', traceRatio: 0.5 }), { mode: 'metrics', traceRatio: 0.5 });
  const otlpEndpoint = 'http://127.0.0.1:4318';
  assert.deepEqual(observeOf({ requests: 'auto', otlpEndpoint, otlpHeadersFile: '/etc/otlp' }), {
    mode: 'traces',
    traceRatio: 0.01,
    otlp: { endpoint: otlpEndpoint, headersFile: '/etc/otlp' },
  });
});

test('engineConfigFor() hands the ranges on as they are', () => {
  const { network, users, http } = engineConfigFor(config, { cores: 4, memoryBytes: 8e9 });
  assert.deepEqual({ network, users, http }, { network: config.network, users: config.users, http: config.http });
});

test('engineConfigFor() has instances trust the authority of a platform that serves HTTPS to somebody', () => {
  const machine = { cores: 4, memoryBytes: 8e9 };
  const authorityOf = (change: Partial<PlatformConfig>) =>
    engineConfigFor({ ...config, ...change }, machine).authorityFile;
  const api = { address: '127.0.0.1', port: 8780 };
  assert.equal(authorityOf({ api }), undefined);
  assert.equal(authorityOf({}), '/var/lib/slipway/default/tls/ca.pem');
  assert.equal(authorityOf({ api, https: { ...config.https, port: 8443 } }), '/var/lib/slipway/default/tls/ca.pem');
});

test('factsFor() names a wildcard address by the one this machine reaches', () => {
  const facts = factsFor(config);
  assert.equal(facts.apiBaseUrl, 'http://127.0.0.1:8780/v2');
  assert.equal(facts.registry, '127.0.0.1:8781');
  assert.equal(facts.https, undefined);
  assert.match(facts.accountId, /^[0-9a-f]{32}$/);
  assert.notEqual(factsFor({ ...config, platformId: 'p1' }).accountId, facts.accountId);
});

test('factsFor() puts IPv6 addresses in brackets', () => {
  assert.equal(factsFor({ ...config, api: { address: '::1', port: 1 } }).apiBaseUrl, 'http://[::1]:1/v2');
});
