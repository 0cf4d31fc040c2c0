import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocatePlatform, rangesOverlap, type AllocationFacts } from './allocate-platform.ts';
import type { PlatformConfig } from './platform-config.ts';

const FACTS: AllocationFacts = {
  existing: [],
  machineDir: '/var/lib/slipway',
  runRoot: '/run/slipway',
  cacheDir: '/var/cache/slipway',
  freePorts: [8790, 8791, 8792, 8793],
  platformId: 'p0',
  addresses: ['127.0.0.1', '192.168.1.5'],
};

function allocate(name: string, existing: readonly PlatformConfig[] = [], settings = {}): PlatformConfig {
  return allocatePlatform(name, settings, { ...FACTS, existing });
}

test('allocatePlatform() gives the default platform its documented values', () => {
  const config = allocate('default');
  assert.equal(config.stateDir, '/var/lib/slipway/default');
  assert.equal(config.runDir, '/run/slipway/default');
  assert.deepEqual(config.api, { address: '127.0.0.1', port: 8780 });
  assert.deepEqual(config.http, { address: '127.0.0.1', port: 8080 });
  assert.deepEqual(config.https, { address: '', port: 8443, redirect: 'auto', urls: 'auto' });
  assert.deepEqual(config.registry, { address: '127.0.0.1', port: 8781 });
  assert.equal(config.network.cidr, '10.208.0.0/12');
  assert.equal(config.users.base, 1_006_632_960);
  assert.equal(config.slotCount, 256);
});

test('allocatePlatform() gives thirty-two more platforms values that never meet', () => {
  const platforms = [allocate('default')];
  for (let index = 1; index <= 32; index++) {
    const freePorts = [9000 + index * 10, 9001 + index * 10, 9002 + index * 10, 9003 + index * 10] as const;
    platforms.push(allocatePlatform(`p-${index}`, {}, { ...FACTS, existing: platforms, freePorts }));
  }
  for (const [at, one] of platforms.entries()) {
    for (const other of platforms.slice(at + 1)) {
      assert.ok(!rangesOverlap(one.network.cidr, other.network.cidr), `${one.name} and ${other.name}`);
      assert.ok(Math.abs(one.users.base - other.users.base) >= 256 * 65_536);
    }
  }
  assert.throws(() => allocate('one-more', platforms), /32 beside the default/);
});

test('allocatePlatform() takes the index of a platform that was removed', () => {
  const first = allocate('first');
  const second = allocatePlatform('second', {}, { ...FACTS, existing: [first], freePorts: [1, 2, 3, 4] });
  assert.equal(second.network.cidr, '10.225.0.0/16');
  const third = allocatePlatform('third', {}, { ...FACTS, existing: [second], freePorts: [5, 6, 7, 8] });
  assert.equal(third.network.cidr, '10.224.0.0/16');
});

test('allocatePlatform() refuses what another platform has, naming the flag', () => {
  const existing = [allocate('default')];
  const cases: readonly (readonly [object, RegExp, string])[] = [
    [{ network: '10.208.4.0/22' }, /same network/, '--network'],
    [{ stateDir: '/var/lib/slipway/default' }, /same state folder/, '--state-dir'],
    [{ uidBase: 1_006_632_961 }, /same user range/, '--uid-base'],
    [{ httpPort: 8780 }, /port 8780 as its API port/, '--http-port'],
  ];
  for (const [settings, message, flag] of cases) {
    assert.throws(
      () => allocate('other', existing, settings),
      (error: Error & { fix: readonly string[] }) => message.test(error.message) && error.fix.join().includes(flag),
    );
  }
});

test('allocatePlatform() keeps off the networks this machine is in', () => {
  const facts = { ...FACTS, addresses: ['10.224.3.4', '10.210.0.9'] };
  assert.equal(allocatePlatform('other', {}, facts).network.cidr, '10.225.0.0/16');
  assert.throws(() => allocatePlatform('default', {}, facts), /this machine has the address 10\.210\.0\.9 in it/);
});

test('allocatePlatform() refuses names that are no folder or no word', () => {
  for (const name of ['', 'A', '1a', 'a_b', 'a-', 'platforms', 'a'.repeat(40), '../x']) {
    assert.throws(() => allocate(name), /Cannot create platform/, name);
  }
});

test('rangesOverlap() compares whole ranges', () => {
  assert.ok(rangesOverlap('10.208.0.0/12', '10.223.255.0/24'));
  assert.ok(!rangesOverlap('10.208.0.0/12', '10.224.0.0/16'));
});
