/**
 * The platform's part of the cgroup tree, on pure version 2, version 1 and the hybrid. crun makes an instance's group
 * and sets its limits; here we look at it after the end, kill what is left in it and remove it. Only groups below the
 * platform's own parent are ever touched.
 */
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGroupFreezer } from './group-freezer.ts';

const CGROUP_ROOT = '/sys/fs/cgroup';
/** Where hybrid machines mount version 2. We hide that mount, and crun then writes plain files into the folder below. */
const CGROUP_HIDDEN = 'unified';
const CGROUP2_MAGIC = 0x63677270;
/** A killed process may need a moment to leave; at most 2 s are waited for it. */
const REMOVE_TRIES_MAX = 200;
const REMOVE_PAUSE_MS = 10;
/** So long a hastened group stays cheap at least; before, another move would only occupy a thread. */
const HASTENED_MS = 20;

export interface CgroupTree {
  /**
   * Makes moving a process into a group cheap for the next few milliseconds. The first move after a pause waits about
   * 10 ms for an RCU grace period of the whole kernel; moving ourselves to where we are begins that wait now, while
   * conmon and crun are still starting. Only a hint: nothing depends on it.
   */
  hasten(): void;
  /** Resolves when every process of the group stands still; they go on when that cannot be. */
  freeze(name: string): Promise<void>;
  /** Whether its processes stand still, all of them. */
  isFrozen(name: string): boolean;
  /** Lets them go on. One that was never frozen is no error. */
  thaw(name: string): void;
  /** What the group's processes and their files hold in memory; 0 when unknown. */
  memoryBytes(name: string): number;
  /** Names of the groups directly below the parent. */
  list(): readonly string[];
  kill(name: string): void;
  /** How often the kernel killed for want of memory; 0 when unknown. */
  oomKills(name: string): number;
  /** Kills what is left and removes the group. */
  remove(name: string): Promise<void>;
  /** Removes the parent, which must be empty. */
  removeParent(): Promise<void>;
}

/** The folder of plain files, undefined where there is none. Never a source of pids to kill: they would be stale. */
function hiddenFolder(cgroupRoot: string): string | undefined {
  const folder = join(cgroupRoot, CGROUP_HIDDEN);
  const isPlain = existsSync(folder) && statfsSync(folder).type !== CGROUP2_MAGIC;
  return isPlain ? folder : undefined;
}

/** Folders that hold a hierarchy: one in version 2, one per controller in version 1. */
function hierarchiesIn(cgroupRoot: string): readonly string[] {
  if (statfsSync(cgroupRoot).type === CGROUP2_MAGIC) return [cgroupRoot];
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, target, type]) => type?.startsWith('cgroup') && target?.startsWith(`${cgroupRoot}/`))
    .map(([, target]) => target as string);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Pure: the kernel's count in `memory.events` (version 2) or `memory.oom_control` (version 1). */
export function parseOomKills(text: string): number {
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}

function killGroup(dir: string): void {
  for (const child of childrenOf(dir)) killGroup(join(dir, child));
  for (const pid of readText(join(dir, 'cgroup.procs')).split('\n')) {
    if (pid === '' || pid === '0') continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function childrenOf(dir: string): readonly string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

function removeGroup(dir: string): boolean {
  for (const child of childrenOf(dir)) if (!removeGroup(join(dir, child))) return false;
  try {
    rmdirSync(dir);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return true;
    if (code === 'EBUSY') return false;
    throw error;
  }
}

/** The file that moves a process to the group we are in; undefined when it is not visible. */
function ownProcessesFile(cgroupRoot: string): string | undefined {
  for (const line of readText('/proc/self/cgroup').split('\n')) {
    const [, controllers = '', path = '/'] = line.split(':');
    const hierarchy = join(cgroupRoot, controllers.replace(/^name=/, ''));
    const file = join(hierarchy, path, 'cgroup.procs');
    if (hierarchiesIn(cgroupRoot).includes(hierarchy) && existsSync(file)) return file;
  }
  return undefined;
}

export function createCgroupTree(parent: string, cgroupRoot = CGROUP_ROOT): CgroupTree {
  const roots = hierarchiesIn(cgroupRoot).map((hierarchy) => join(hierarchy, parent));
  const hidden = hiddenFolder(cgroupRoot);
  const ownProcesses = ownProcessesFile(cgroupRoot);
  let hastenedAtMs = Number.NEGATIVE_INFINITY;
  const litter = hidden === undefined ? undefined : join(hidden, parent);

  const freezer = createGroupFreezer(roots);

  /** `goOn`: in version 1 a killed process that stands still dies when it goes on. */
  async function removeAll(dirs: readonly string[], goOn: () => void): Promise<void> {
    for (let attempt = 0; attempt < REMOVE_TRIES_MAX; attempt++) {
      const busy = dirs.filter((dir) => !removeGroup(dir));
      if (busy.length === 0) return;
      for (const dir of busy) killGroup(dir);
      goOn();
      await sleep(REMOVE_PAUSE_MS);
    }
    throw new Error(`Cannot remove the control group ${dirs[0]}: processes are still in it`);
  }

  return {
    hasten() {
      if (ownProcesses === undefined || performance.now() - hastenedAtMs < HASTENED_MS) return;
      hastenedAtMs = performance.now();
      writeFile(ownProcesses, '0').catch(() => undefined);
    },
    list: () => [...new Set([...roots, ...(litter === undefined ? [] : [litter])].flatMap((root) => childrenOf(root)))],
    kill(name) {
      for (const root of roots) {
        const dir = join(root, name);
        if (existsSync(join(dir, 'cgroup.kill'))) writeFileSync(join(dir, 'cgroup.kill'), '1');
        else killGroup(dir);
      }
      freezer.thaw(name);
    },
    freeze: (name) => freezer.freeze(name),
    isFrozen: (name) => freezer.isFrozen(name),
    thaw: (name) => freezer.thaw(name),
    memoryBytes(name) {
      const files = ['memory.current', 'memory.usage_in_bytes'];
      return Math.max(0, ...roots.flatMap((root) => files.map((file) => Number(readText(join(root, name, file))))));
    },
    oomKills(name) {
      const counts = roots.flatMap((root) =>
        ['memory.events', 'memory.oom_control'].map((file) => parseOomKills(readText(join(root, name, file)))),
      );
      return Math.max(0, ...counts);
    },
    async remove(name) {
      const dirs = roots.map((root) => join(root, name));
      await removeAll(dirs, () => freezer.thaw(name));
      if (litter !== undefined) rmSync(join(litter, name), { recursive: true, force: true });
    },
    async removeParent() {
      await removeAll(roots, () => roots.flatMap((root) => childrenOf(root)).forEach((name) => freezer.thaw(name)));
      if (litter !== undefined) rmSync(litter, { recursive: true, force: true });
    },
  };
}
