/**
 * A picture of what lies on the machine, to prove that a platform which was removed left nothing. Only looks, never
 * changes. Other platforms may work at the same time, so a difference counts when it carries a mark of the platform at
 * hand; with SLIPWAY_TEST_ALONE=1 (as in CI) every difference counts.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';

export interface MachinePicture {
  readonly entries: ReadonlySet<string>;
}

const CGROUP_ROOT = '/sys/fs/cgroup';
const CGROUP_DEPTH_MAX = 4;

export async function pictureMachine(): Promise<MachinePicture> {
  const parts = await Promise.all([
    listMounts(),
    listNames('netns', '/run/netns'),
    listNames('link', '/sys/class/net'),
    listTables(),
    listCgroups(CGROUP_ROOT, 0),
    listProcesses(),
    listLoops(),
  ]);
  return { entries: new Set(parts.flat()) };
}

/** What is there now and was not before, of the platform with these marks. */
export function findLeftovers(
  before: MachinePicture,
  after: MachinePicture,
  marks: readonly string[],
  alone: boolean = process.env['SLIPWAY_TEST_ALONE'] === '1',
): readonly string[] {
  const added = [...after.entries].filter((entry) => !before.entries.has(entry));
  if (alone) return added.filter((entry) => !entry.startsWith('process ') || /slipway/.test(entry));
  const patterns = marks.map(
    (mark) => new RegExp(`(?<![a-z0-9])${mark.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![a-z0-9])`),
  );
  return added.filter((entry) => patterns.some((pattern) => pattern.test(entry)));
}

async function listMounts(): Promise<readonly string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  return table
    .trimEnd()
    .split('\n')
    .map((line) => `mount ${line.split(' ')[4]}`);
}

async function listNames(kind: string, folder: string): Promise<readonly string[]> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  return names.map((name) => `${kind} ${name}`);
}

async function listTables(): Promise<readonly string[]> {
  const { stdout } = await runProcess(['nft', 'list', 'tables'], { allowExitCodes: [0, 1] });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => `nft ${line}`);
}

async function listCgroups(folder: string, depth: number): Promise<readonly string[]> {
  if (depth > CGROUP_DEPTH_MAX) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
  const inner = await Promise.all(folders.map((path) => listCgroups(path, depth + 1)));
  return [...folders.map((path) => `cgroup ${path}`), ...inner.flat()];
}

async function listProcesses(): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const lines = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return command === '' ? [] : [`process ${pid} ${command.replaceAll('\0', ' ').trim()}`];
    }),
  );
  return lines.flat();
}

async function listLoops(): Promise<readonly string[]> {
  const { stdout } = await runProcess(['losetup', '--list', '--noheadings', '--output', 'NAME,BACK-FILE'], {
    allowExitCodes: [0, 1],
  });
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => `loop ${line}`);
}
