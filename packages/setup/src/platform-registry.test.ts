import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ensurePlatformConfig, listPlatforms, loadPlatformConfig, unregisterPlatform } from './platform-registry.ts';

async function testFolders(t: TestContext) {
  const machineDir = await mkdtemp(join(tmpdir(), 'slipway-registry-'));
  t.after(() => rm(machineDir, { recursive: true, force: true }));
  return { machineDir, runRoot: join(machineDir, 'run'), cacheDir: join(machineDir, 'cache') };
}

const stopped = async () => false;
const running = async () => true;

test('ensurePlatformConfig() makes a platform once and finds it by name, wherever its state lies', async (t) => {
  const folders = await testFolders(t);
  assert.equal(await loadPlatformConfig('a', folders), undefined);
  const stateDir = join(folders.machineDir, 'elsewhere');
  const first = await ensurePlatformConfig('a', { stateDir }, { folders, isRunning: stopped });
  assert.equal(first.created, true);
  const second = await ensurePlatformConfig('a', {}, { folders, isRunning: stopped });
  assert.deepEqual(second, { config: first.config, created: false, changed: false });
  assert.deepEqual(await loadPlatformConfig('a', folders), first.config);
  await unregisterPlatform('a', folders);
  assert.deepEqual(await listPlatforms(folders), []);
});

test('ensurePlatformConfig() gives platforms that are made at once different ports and ids', async (t) => {
  const folders = await testFolders(t);
  const names = ['a', 'b', 'c', 'd'];
  const made = await Promise.all(names.map((name) => ensurePlatformConfig(name, {}, { folders, isRunning: stopped })));
  const configs = made.map((result) => result.config);
  assert.equal(new Set(configs.map((config) => config.platformId)).size, 4);
  assert.equal(
    new Set(configs.flatMap((config) => [config.api.port, config.http.port, config.registry.port])).size,
    12,
  );
});

test('ensurePlatformConfig() changes addresses of a stopped platform, and nothing that names resources', async (t) => {
  const folders = await testFolders(t);
  await ensurePlatformConfig('a', {}, { folders, isRunning: stopped });
  const settings = { httpAddress: '0.0.0.0' };
  await assert.rejects(ensurePlatformConfig('a', settings, { folders, isRunning: running }), /it is running/);
  const changed = await ensurePlatformConfig('a', settings, { folders, isRunning: stopped });
  assert.equal(changed.changed, true);
  assert.equal((await loadPlatformConfig('a', folders))?.http.address, '0.0.0.0');
  const fixed = ensurePlatformConfig('a', { network: '172.16.0.0/16' }, { folders, isRunning: stopped });
  await assert.rejects(
    fixed,
    /Cannot change --network of platform "a" to 172.16.0.0\/16: it was created with 10\.\d+\.0\.0\/16/,
  );
});

test('ensurePlatformConfig() makes nothing for a platform that could not run here', async (t) => {
  const folders = await testFolders(t);
  const refuse = () => Promise.reject(new Error('the port is taken'));
  await assert.rejects(ensurePlatformConfig('a', {}, { folders, isRunning: stopped, refuse }), /taken/);
  assert.equal(await loadPlatformConfig('a', folders), undefined);
  assert.ok(!existsSync(join(folders.machineDir, 'a')));
});
