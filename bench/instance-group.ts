/** The control group of an instance, and what the kernel has counted for it. Works with both versions of control groups. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OciConfig } from './bundle.ts';
import type { LivingInstance } from './living-instances.ts';

const ROOT = '/sys/fs/cgroup';

/** Path of the group below the root of its hierarchies. */
export async function groupOf({ bundleDir }: Pick<LivingInstance, 'bundleDir'>): Promise<string> {
  const { linux } = JSON.parse(await readFile(join(bundleDir, 'config.json'), 'utf8')) as OciConfig;
  return linux.cgroupsPath;
}

export async function cpuNanoseconds(group: string): Promise<number> {
  const [version1, version2] = [
    await readOr(join(ROOT, 'cpuacct', group, 'cpuacct.usage')),
    await readOr(join(ROOT, group, 'cpu.stat')),
  ];
  const value = parseCpuNanoseconds(version1 ?? version2 ?? '');
  if (value === undefined) throw new Error(`Cannot read the processor time of the control group ${group}`);
  return value;
}

/** Pure: `cpuacct.usage` (version 1, nanoseconds) or `cpu.stat` (version 2, microseconds). */
export function parseCpuNanoseconds(text: string): number | undefined {
  const whole = /^(\d+)\s*$/.exec(text)?.[1];
  const micro = /^usage_usec (\d+)$/m.exec(text)?.[1];
  if (whole !== undefined) return Number(whole);
  return micro === undefined ? undefined : Number(micro) * 1000;
}

/** What the kernel itself holds for the group: stacks, sockets, page tables, inodes. Undefined where it does not tell. */
export async function kernelBytes(group: string): Promise<number | undefined> {
  const version1 = await readOr(join(ROOT, 'memory', group, 'memory.kmem.usage_in_bytes'));
  const version2 = await readOr(join(ROOT, group, 'memory.stat'));
  return parseKernelBytes(version1 ?? version2 ?? '');
}

/** Pure: `memory.kmem.usage_in_bytes` (version 1), or the line of the same in `memory.stat` (version 2). */
export function parseKernelBytes(text: string): number | undefined {
  const found = /^(\d+)\s*$/.exec(text)?.[1] ?? /^kernel (\d+)$/m.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

async function readOr(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
