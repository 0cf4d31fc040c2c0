/**
 * Finds and removes buildah's working containers of our builds. buildah keeps for each container the limits it was made
 * with; the cgroup parent names the build, so that nothing of other builds or other programs is touched.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';
import type { ContainerStorage } from '@slipway/images';

interface WorkingContainer {
  readonly id: string;
  readonly layerId: string;
}

/** `prefix`: a cgroup parent, of one build or of all builds of this platform. */
export async function findWorkingContainers(
  storage: ContainerStorage,
  prefix: string,
): Promise<readonly WorkingContainer[]> {
  const folder = join(storage.graphRoot, 'overlay-containers');
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: WorkingContainer[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const cgroup = await readCgroupParent(join(folder, entry.name, 'userdata', 'buildah.json'));
    if (cgroup !== prefix && !cgroup?.startsWith(`${prefix}/`)) continue;
    found.push({ id: entry.name, layerId: await readLayerId(folder, entry.name) });
  }
  return found;
}

export async function removeWorkingContainers(storage: ContainerStorage, prefix: string): Promise<void> {
  const containers = await findWorkingContainers(storage, prefix);
  if (containers.length === 0) return;
  const env = { ...process.env, ...storage.environment };
  await runProcess(['buildah', 'rm', ...containers.map(({ id }) => id)], { env });
}

/** Where the build's working containers keep what they wrote. */
export async function workingFolders(storage: ContainerStorage, prefix: string): Promise<readonly string[]> {
  const containers = await findWorkingContainers(storage, prefix);
  return containers.filter(({ layerId }) => layerId !== '').map(({ layerId }) => layerDir(storage, layerId));
}

function layerDir(storage: ContainerStorage, layerId: string): string {
  return join(storage.graphRoot, 'overlay', layerId, 'diff');
}

async function readCgroupParent(path: string): Promise<string | undefined> {
  try {
    const state = JSON.parse(await readFile(path, 'utf8')) as { CommonBuildOpts?: { CgroupParent?: string } };
    return state.CommonBuildOpts?.CgroupParent;
  } catch {
    // Written or removed at this moment: then it is nobody's leftover.
    return undefined;
  }
}

interface ContainerRecord {
  readonly id: string;
  readonly layer: string;
}

async function readLayerId(folder: string, id: string): Promise<string> {
  for (const file of ['volatile-containers.json', 'containers.json']) {
    const text = await readFile(join(folder, file), 'utf8').catch(() => '[]');
    try {
      const record = (JSON.parse(text) as ContainerRecord[]).find((candidate) => candidate.id === id);
      if (record) return record.layer;
    } catch {
      continue;
    }
  }
  return '';
}
