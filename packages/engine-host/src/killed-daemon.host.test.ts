/**
 * Whatever moment the daemon is killed at, while it starts, deploys, scales, freezes, prepares or removes: the next one serves all that is
 * declared, and nothing else is left on the machine. Random, with a seed that a failure tells; bounded in time.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { STANDBY_MODES, type AppWorkload, type Declared } from '@slipway/engine';
import { appFor, callHost, revisionFor, until } from './testing/engine-bed.ts';
import { TEST_IMAGES } from './testing/real-images.ts';
import { openStackBed, type StackBed } from './testing/stack-bed.ts';
import type { StackDaemonPlan } from './testing/stack-daemon.ts';

const DURATION_MS = 24_000;
/** Kills before what is left is looked at. */
const KILLS_PER_CHECK = 3;
const KILL_AFTER_MS_MAX = 1_500;
/** What every app mounts; its content changes with each declaration. */
const SETTINGS = 'config map "settings"';
const SETTINGS_PATH = '/etc/settings';
const NOTHING: Declared = { projects: [], apps: [] };

/** Mulberry32: small, and the same on every machine. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return (((value ^ (value >>> 14)) >>> 0) / 2 ** 32) * below;
  };
}

function declaredBy(random: (below: number) => number, image: string): Declared {
  const ids = ['p1', 'p2'].filter(() => random(1) < 0.8);
  const apps = ids.flatMap((projectId) =>
    ['web', 'api'].filter(() => random(1) < 0.7).map((name) => appIn(projectId, name)),
  );
  function appIn(projectId: string, name: string): AppWorkload {
    const revisionName = `${name}-0000${1 + Math.floor(random(3))}`;
    const scale = { instancesMin: Math.floor(random(3)), instancesInitial: 1, instancesMax: 3 };
    const env = { K_REVISION: revisionName, PORT: '8080' };
    const mounts = [{ volumeName: SETTINGS, path: SETTINGS_PATH }];
    const standby = STANDBY_MODES[Math.floor(random(STANDBY_MODES.length))] ?? 'none';
    const made = revisionFor(revisionName, { scale, env });
    const revision = { ...made, imageReference: image, arguments: [], mounts, standby };
    return { ...appFor(name, revision), projectId, hosts: [`${name}.${projectId}.test`] };
  }
  const volumes = () => [{ volumeName: SETTINGS, files: { number: String(Math.floor(random(1e6))) } }];
  return { projects: ids.map((projectId) => ({ projectId, subdomain: projectId, volumes: volumes() })), apps };
}

/** Starts a daemon and ends it at some moment. */
async function killSomewhere(plan: StackDaemonPlan, afterMs: number): Promise<void> {
  const program = join(import.meta.dirname, 'testing/stack-daemon.ts');
  const child = spawn(process.execPath, [program, JSON.stringify(plan)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  try {
    await once(child.stdout, 'data');
    await sleep(afterMs);
    assert.equal(child.exitCode, null, 'the daemon ended by itself');
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

function folder(bed: StackBed, name: string): readonly string[] {
  const path = join(bed.config.runDir, name);
  return existsSync(path) ? readdirSync(path) : [];
}

function ownDevices(bed: StackBed): readonly string[] {
  return readdirSync('/sys/class/net').filter((name) => name.startsWith(`sw-${bed.config.platformId}-`));
}

/** The monitors of instances have the bed's folder in their arguments. */
function monitors(bed: StackBed): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    const [program = '', ...rest] = argumentsOf(pid);
    return program.endsWith('conmon') && rest.some((word) => word.includes(bed.dir));
  });
}

function argumentsOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // It ended since the folder was listed.
    return [];
  }
}

async function assertServed(bed: StackBed, declared: Declared): Promise<void> {
  const engine = bed.createEngine();
  await engine.start(declared);
  try {
    for (const app of declared.apps) {
      const [host = ''] = app.hosts;
      const { revisionName } = app.revisions[0] ?? { revisionName: '' };
      let seen = '';
      await until(
        `${host} answers ${revisionName}`,
        async () => {
          const { status, body } = await callHost(bed.config.http.port, host);
          seen = `${status} ${body}`;
          return seen === `200 ${revisionName}`;
        },
        60_000,
      ).catch((error: unknown) => assert.fail(`${String(error)}; it answers ${seen}`));
    }
    await assertMounted(bed, declared);
    let state = '';
    await until('every instance is one of a declared app', async () => {
      const observed = await Promise.all(declared.apps.map((app) => engine.observeApp(app)));
      const running = observed.flatMap((app) => app?.instances.filter(({ completedAt }) => !completedAt) ?? []);
      const metrics = await engine.observeMetrics();
      const standingBy = metrics.reduce((sum, one) => sum + one.instancesFrozen + one.sandboxesWaiting, 0);
      const found = [folder(bed, 'i'), folder(bed, 'crun'), monitors(bed)].map((list) => list.length);
      state = `${running.length} and ${standingBy} observed; records, containers, monitors: ${found.join(', ')}`;
      return found.every((count) => count === running.length + standingBy);
    }).catch((error: unknown) => assert.fail(`${String(error)}; ${state}`));
  } finally {
    await engine.stop();
  }
}

async function assertMounted(bed: StackBed, { apps, projects }: Declared): Promise<void> {
  for (const { projectId, hosts } of apps) {
    const project = projects.find((candidate) => candidate.projectId === projectId);
    const { body } = await callHost(bed.config.http.port, hosts[0] ?? '', {
      path: `/file?path=${SETTINGS_PATH}/number`,
    });
    assert.equal(body, project?.volumes?.[0]?.files['number'], `${hosts[0]} sees the newest file`);
  }
}

test('a daemon killed at any moment leaves nothing that the next one does not put right', async (t) => {
  await using bed = await openStackBed({
    platformId: 'ck',
    cidr: '10.206.128.0/17',
    userBase: 1_170_000_000,
    startDeadlineMs: 20_000,
  });
  await killAgainAndAgain(bed, t).catch((error: unknown) => {
    // What fails when the bed is cleared would hide it.
    t.diagnostic(inspect(error));
    throw error;
  });
});

async function killAgainAndAgain(bed: StackBed, t: TestContext): Promise<void> {
  const seed = Number(process.env['SLIPWAY_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  const random = randomFrom(seed);
  t.diagnostic(`SLIPWAY_TEST_SEED=${seed}`);
  const { reference } = await bed.images.resolve(TEST_IMAGES.good);
  const { config } = bed;
  const endsAt = performance.now() + DURATION_MS;
  let before = NOTHING;
  let kills = 0;
  while (performance.now() < endsAt) {
    for (let count = 0; count < KILLS_PER_CHECK; count += 1, kills += 1) {
      const now = declaredBy(random, reference);
      await killSomewhere({ config, before, now }, random(KILL_AFTER_MS_MAX));
      before = now;
    }
    await assertServed(bed, before).catch((error: unknown) =>
      assert.fail(`After ${kills} kills with SLIPWAY_TEST_SEED=${seed}: ${String(error)}\n${bed.log.join('\n')}`),
    );
  }
  t.diagnostic(`${kills} kills`);
  await assertServed(bed, NOTHING);
  await until('the networks are gone', () => ownDevices(bed).length === 0);
  assert.deepEqual([folder(bed, 'i'), folder(bed, 'v')], [[], []]);
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const ofInstances = [
    join(bed.config.runDir, 'i'),
    join(bed.config.runDir, 'crun'),
    join(bed.config.runDir, 'v'),
    join(bed.config.stateDir, 'scratch'),
  ];
  assert.deepEqual(
    mounts.filter((line) => ofInstances.some((path) => line.includes(path))),
    [],
  );
}
