/**
 * What a platform may leave on a machine: mounts, network namespaces, interfaces, nftables tables and cgroups that carry
 * its id. The server removes its own at a purge; this looks whether it did, and sweeps after one that was killed.
 */
import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';
import { mountPoints } from './mount-namespace.ts';
import type { PlatformConfig } from './platform-config.ts';

export const LEFTOVER_KINDS = ['mount', 'namespace', 'interface', 'table', 'cgroup'] as const;
export type LeftoverKind = (typeof LEFTOVER_KINDS)[number];

export interface Leftover {
  readonly kind: LeftoverKind;
  readonly name: string;
}

/** True for `slipway-p1`, `slipway_p1_build`, `swp1-3`, not for `slipway-p10`. */
export function isNameOf(platformId: string, name: string): boolean {
  return new RegExp(`^(slipway|slip|sw|sl)[-_]?${platformId}(?![a-z0-9])`).test(name);
}

export async function findLeftovers(config: PlatformConfig): Promise<readonly Leftover[]> {
  const [mounts, namespaces, interfaces, tables, cgroups] = await Promise.all([
    ownMounts(config),
    readdir('/run/netns').catch(() => []),
    readdir('/sys/class/net').catch(() => []),
    listTables(),
    ownCgroups(config.platformId),
  ]);
  const { platformId } = config;
  return [
    ...mounts.map((name) => ({ kind: 'mount', name }) as const),
    ...namespaces.filter((name) => isNameOf(platformId, name)).map((name) => ({ kind: 'namespace', name }) as const),
    ...interfaces.filter((name) => isNameOf(platformId, name)).map((name) => ({ kind: 'interface', name }) as const),
    ...tables
      .filter((table) => isNameOf(platformId, table.split(' ')[1] ?? ''))
      .map((name) => ({ kind: 'table', name }) as const),
    ...cgroups.map((name) => ({ kind: 'cgroup', name }) as const),
  ];
}

/** Removes them as far as the kernel lets go; what stays is found by the next look. */
export async function sweepLeftovers(config: PlatformConfig): Promise<void> {
  for (const leftover of await findLeftovers(config)) await removeLeftover(leftover);
}

async function removeLeftover({ kind, name }: Leftover): Promise<void> {
  // Each may vanish in between (a bridge takes its ports along), so a failure only means: look again.
  const tolerated = { allowExitCodes: [0, 1, 2, 32, 255] };
  switch (kind) {
    case 'mount':
      await runProcess(['umount', '--lazy', name], tolerated);
      return;
    case 'namespace':
      await runProcess(['ip', 'netns', 'delete', name], tolerated);
      return;
    case 'interface':
      await runProcess(['ip', 'link', 'delete', name], tolerated);
      return;
    case 'table':
      await runProcess(['nft', 'delete', 'table', ...name.split(' ')], tolerated);
      return;
    case 'cgroup':
      await removeCgroup(name);
  }
}

async function ownMounts(config: PlatformConfig): Promise<readonly string[]> {
  const points = mountPoints(await readFile('/proc/self/mountinfo', 'utf8'));
  const own = [...points].filter((point) => {
    return [config.runDir, config.stateDir].some((folder) => point === folder || point.startsWith(`${folder}/`));
  });
  return own.toReversed();
}

/** `family name` of every table; none where nft is missing. */
async function listTables(): Promise<readonly string[]> {
  const result = await runProcess(['nft', 'list', 'tables'], { timeoutMs: 10_000 }).catch(() => undefined);
  return (result?.stdout ?? '')
    .split('\n')
    .map((line) => line.replace(/^table /, '').trim())
    .filter((line) => line !== '');
}

const CGROUP_ROOT = '/sys/fs/cgroup';

export async function ownCgroups(platformId: string): Promise<readonly string[]> {
  const roots = [CGROUP_ROOT];
  // With cgroups v1 every controller is a tree of its own.
  for (const entry of await readdir(CGROUP_ROOT, { withFileTypes: true }).catch(() => [])) {
    if (entry.isDirectory()) roots.push(join(CGROUP_ROOT, entry.name));
  }
  const lists = await Promise.all(
    roots.map(async (root) => {
      const names = await readdir(root).catch(() => []);
      return names.filter((name) => isNameOf(platformId, name)).map((name) => join(root, name));
    }),
  );
  return lists.flat();
}

/** The files of a cgroup are the kernel's; only the folders are removed, innermost first. */
async function removeCgroup(path: string): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true }).catch(() => [])) {
    if (entry.isDirectory()) await removeCgroup(join(path, entry.name));
  }
  await rmdir(path).catch(() => undefined);
}

export async function removeFolders(config: PlatformConfig): Promise<void> {
  for (const folder of [config.stateDir, config.runDir]) {
    const mounts = await ownMounts(config);
    const inside = mounts.find((point) => point === folder || point.startsWith(`${folder}/`));
    // Deleting through a mount that could not be released would delete what is mounted.
    if (inside !== undefined) throw new Error(`Cannot remove ${folder}: ${inside} is still mounted`);
    await rm(folder, { recursive: true, force: true });
  }
}
