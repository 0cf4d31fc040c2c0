/**
 * The control group of one build: processor, memory and process limits over everything the build does, buildah and steps
 * alike, and the one place from which all of it can be ended. Speaks cgroup v2, v1 and the hybrid of both.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface BuildLimits {
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  readonly pidsMax: number;
}

export interface BuildCgroup {
  /** For `--cgroup-parent`: steps run in a group below the build's own. */
  readonly stepsPath: string;
  /** Puts a process, and so its children, under the limits. */
  add(pid: number): Promise<void>;
  /** Kills every process in it and waits, bounded, until none is left. */
  kill(): Promise<void>;
  /** Whether the memory limit was met. Under version 1 that alone is no failure: files kept in memory meet it too. */
  metMemoryLimit(): Promise<boolean>;
  remove(): Promise<void>;
}

const CGROUP_ROOT = '/sys/fs/cgroup';
const V1_CONTROLLERS = ['memory', 'cpu', 'pids'] as const;
const CPU_PERIOD_US = 100_000;
const KILL_ROUNDS_MAX = 200;
const KILL_ROUND_MS = 10;

export function cgroupParentFor(platformId: string): string {
  return `/slipway-${platformId}-build`;
}

interface Setting {
  readonly controller: (typeof V1_CONTROLLERS)[number];
  readonly file: string;
  readonly value: string;
}

/** Which file takes which value; `version` 1 has a tree per controller, 2 one tree. */
export function limitSettings(version: 1 | 2, limits: BuildLimits): readonly Setting[] {
  const quotaUs = Math.max(1000, Math.round((limits.cpuMillis / 1000) * CPU_PERIOD_US));
  const pids: Setting = { controller: 'pids', file: 'pids.max', value: `${limits.pidsMax}` };
  if (version === 2) {
    return [
      { controller: 'memory', file: 'memory.max', value: `${limits.memoryBytes}` },
      { controller: 'cpu', file: 'cpu.max', value: `${quotaUs} ${CPU_PERIOD_US}` },
      pids,
    ];
  }
  return [
    { controller: 'memory', file: 'memory.limit_in_bytes', value: `${limits.memoryBytes}` },
    { controller: 'cpu', file: 'cpu.cfs_period_us', value: `${CPU_PERIOD_US}` },
    { controller: 'cpu', file: 'cpu.cfs_quota_us', value: `${quotaUs}` },
    pids,
  ];
}

export async function createBuildCgroup(platformId: string, name: string, limits: BuildLimits): Promise<BuildCgroup> {
  const version = existsSync(join(CGROUP_ROOT, 'cgroup.controllers')) ? 2 : 1;
  const roots = version === 2 ? [CGROUP_ROOT] : V1_CONTROLLERS.map((controller) => join(CGROUP_ROOT, controller));
  const parent = cgroupParentFor(platformId);
  const path = `${parent}/${name}`;
  for (const root of roots) await mkdir(join(root, path), { recursive: true });
  if (version === 2) {
    for (const folder of ['', parent, path]) {
      await writeFile(join(CGROUP_ROOT, folder, 'cgroup.subtree_control'), '+memory +cpu +pids');
    }
  }
  for (const { controller, file, value } of limitSettings(version, limits)) {
    await writeFile(join(version === 2 ? CGROUP_ROOT : join(CGROUP_ROOT, controller), path, file), value);
  }
  for (const root of roots) await mkdir(join(root, path, 'buildah'), { recursive: true });
  const pidsTree = join(version === 2 ? CGROUP_ROOT : join(CGROUP_ROOT, 'pids'), path);
  return {
    stepsPath: `${path}/steps`,
    async add(pid) {
      for (const root of roots) await writeFile(join(root, path, 'buildah', 'cgroup.procs'), `${pid}`);
    },
    kill: () => killTree(pidsTree),
    async metMemoryLimit() {
      // Version 1 counts kills only in the step's own group, which is gone by now, but its refusals where the limit is.
      const root = version === 2 ? CGROUP_ROOT : join(CGROUP_ROOT, 'memory');
      const text = await readFile(join(root, path, version === 2 ? 'memory.events' : 'memory.failcnt'), 'utf8');
      return version === 2 ? /^oom_kill [1-9]/m.test(text) : Number(text) > 0;
    },
    remove: () => removeTrees(version, path),
  };
}

/** Ends what a crashed builder left and removes its groups. */
export async function sweepBuildCgroups(platformId: string): Promise<void> {
  const path = cgroupParentFor(platformId);
  const version = existsSync(join(CGROUP_ROOT, 'cgroup.controllers')) ? 2 : 1;
  await killTree(join(version === 2 ? CGROUP_ROOT : join(CGROUP_ROOT, 'pids'), path));
  await removeTrees(version, path);
}

/** crun makes the steps' group under every controller there is, so all of them are looked at. */
async function removeTrees(version: 1 | 2, path: string): Promise<void> {
  const roots = version === 2 ? [CGROUP_ROOT] : (await readdir(CGROUP_ROOT)).map((entry) => join(CGROUP_ROOT, entry));
  for (const root of roots) {
    for (const folder of (await subtree(join(root, path))).toReversed()) await rmdir(folder).catch(() => undefined);
  }
}

async function killTree(tree: string): Promise<void> {
  for (let round = 0; round < KILL_ROUNDS_MAX; round += 1) {
    const pids = await pidsIn(tree);
    if (pids.length === 0) return;
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself in the meantime.
      }
    }
    await delay(KILL_ROUND_MS);
  }
  throw new Error(`Cannot end the processes of "${tree}": some are left after ${KILL_ROUNDS_MAX * KILL_ROUND_MS} ms`);
}

async function pidsIn(tree: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const folder of await subtree(tree)) {
    const text = await readFile(join(folder, 'cgroup.procs'), 'utf8').catch(() => '');
    found.push(...text.split('\n').filter(Boolean).map(Number));
  }
  return found.filter((pid) => pid > 1);
}

/** The folder and all below it, parents first; empty when it does not exist. */
async function subtree(folder: string): Promise<readonly string[]> {
  if (!existsSync(folder)) return [];
  const below = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = [folder];
  for (const entry of below) if (entry.isDirectory()) found.push(...(await subtree(join(folder, entry.name))));
  return found;
}
