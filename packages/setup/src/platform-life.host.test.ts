/** A platform from nothing to nothing on this machine: the real daemon, proxy, registry, namespaces and firewall. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { bringDown } from './down.ts';
import { findLeftovers } from './leftovers.ts';
import { askPlatform } from './platform-api.ts';
import type { PlatformConfig } from './platform-config.ts';
import { findPlatformProcesses } from './platform-processes.ts';
import { loadPlatformConfig, type MachineFolders } from './platform-registry.ts';
import type { StepReporter } from './step-reporter.ts';
import { readStatus } from './status.ts';
import { supervisorPid } from './supervisor.ts';
import { bringUp } from './up.ts';

const WAIT_MS_MAX = 30_000;
const reporter: StepReporter = {
  begin: () => ({ progress: () => undefined, done: () => undefined, failed: () => undefined }),
};

async function makePlatform(t: TestContext) {
  const machineDir = await mkdtemp(join(tmpdir(), 'slipway-life-'));
  const folders: MachineFolders = { machineDir, runRoot: join(machineDir, 'run'), cacheDir: join(machineDir, 'cache') };
  const up = () => bringUp({ name: 'life', settings: { network: '10.255.0.0/16' }, reporter, folders });
  t.after(async () => {
    const config = await loadPlatformConfig('life', folders);
    if (config) await bringDown(config, { reporter, purge: true, folders });
    await rm(machineDir, { recursive: true, force: true });
  });
  return { folders, up };
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + WAIT_MS_MAX;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, `waited too long until ${what}`);
    await delay(50);
  }
}

async function daemonPid(config: PlatformConfig): Promise<number | undefined> {
  const { detail } = (await readStatus(config)).parts.daemon;
  return detail.startsWith('process ') ? Number(detail.slice('process '.length)) : undefined;
}

test('a platform comes up once, comes back when its daemon is killed, stops, starts again, and leaves nothing', async (t) => {
  const { folders, up } = await makePlatform(t);
  const results = await Promise.all([up(), up()]);
  const { config } = results[0];
  assert.equal(results.filter((result) => result.started).length, 1);
  const status = await readStatus(config);
  assert.equal(status.state, 'ready', JSON.stringify(status));
  assert.equal(status.parts.proxy.state, 'running');
  assert.equal(status.parts.registry.state, 'running');

  const first = await daemonPid(config);
  assert.ok(first !== undefined);
  process.kill(first, 'SIGKILL');
  await until(
    async () => (await askPlatform(config))?.status === 'ready' && (await daemonPid(config)) !== first,
    'it is back',
  );

  await bringDown(config, { reporter, purge: false });
  assert.equal((await readStatus(config)).state, 'stopped');
  assert.deepEqual(await findPlatformProcesses(config), []);
  assert.equal((await up()).started, true);

  await bringDown(config, { reporter, purge: true, folders });
  assert.deepEqual(await findLeftovers(config), []);
  assert.ok(!existsSync(config.stateDir) && !existsSync(config.runDir));
  assert.equal(await loadPlatformConfig('life', folders), undefined);
});

test('"up" starts what lost its supervisor anew, at once and whatever else was lost with it', async (t) => {
  const { up } = await makePlatform(t);
  const { config } = await up();
  for (const isDaemonKilled of [false, true]) {
    const [supervisor, daemon] = [await supervisorPid(config), await daemonPid(config)];
    assert.ok(supervisor !== undefined && daemon !== undefined);
    process.kill(supervisor, 'SIGKILL');
    if (isDaemonKilled) process.kill(daemon, 'SIGKILL');
    else await until(async () => (await supervisorPid(config)) === undefined, 'the supervisor is gone');
    assert.equal((await up()).platform.status, 'ready');
    const now = [await supervisorPid(config), await daemonPid(config)];
    assert.ok(now[0] !== undefined && now[0] !== supervisor);
    assert.ok(now[1] !== undefined && now[1] !== daemon);
  }
});

test('a purge leaves nothing of a platform whose daemon and supervisor were killed', async (t) => {
  const { folders, up } = await makePlatform(t);
  const { config } = await up();
  for (const found of await findPlatformProcesses(config)) {
    if (found.program === 'daemon' || found.command.includes('server/src/main.ts')) process.kill(found.pid, 'SIGKILL');
  }
  await until(async () => (await askPlatform(config)) === undefined, 'the daemon is gone');
  await bringDown(config, { reporter, purge: true, folders });
  assert.deepEqual(await findLeftovers(config), []);
  assert.deepEqual(await findPlatformProcesses(config), []);
});
