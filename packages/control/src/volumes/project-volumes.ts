/**
 * The config maps and secrets that the running revisions of a project mount, as the engine's volumes: always with the
 * values they have now, so that a change reaches instances without a new revision.
 */
import type { VolumeMountWorkload, VolumeWorkload } from '@slipway/engine';
import { VOLUME_LIMITS, type App } from '@slipway/spec';
import type { WorkloadTokens } from '../access/workload-tokens.ts';
import { configMapFrom } from '../config-maps/config-map-record.ts';
import type { ControlContext } from '../control-context.ts';
import type { Data } from '../data-rules.ts';
import { invalidField, wordsOf } from '../refuse.ts';
import type { ProjectRecord } from '../projects/project-record.ts';
import type { RevisionRecord } from '../revisions/revision-record.ts';
import { openData, secretFrom } from '../secrets/secret-record.ts';
import type { ResourceKey, Store, StoredResource } from '../store.ts';
import { runningRevisions } from './running-revisions.ts';

type Mount = App['run_volume_mounts'][number];
export type VolumeParts = Pick<ControlContext, 'secretBox' | 'store'>;

export function mountWorkloads(mounts: readonly Mount[]): readonly VolumeMountWorkload[] {
  return mounts.map((mount) => ({ volumeName: volumeNameFor(mount.type, mount.reference), path: mount.mount_path }));
}

/** With the tokens of what runs: they are one more thing that is mounted and changes in place. */
export async function readVolumes(
  parts: VolumeParts & { readonly workloadTokens: WorkloadTokens },
  project: ProjectRecord,
): Promise<readonly VolumeWorkload[]> {
  const running = await runningRevisions(parts.store, project.id);
  const volumes: VolumeWorkload[] = [];
  for (const [volumeName, key] of keysOf(project.id, running)) {
    const found = await parts.store.get(key);
    if (found) volumes.push({ volumeName, files: dataOf(parts, found) });
  }
  return [...volumes, ...(await parts.workloadTokens.volumesFor(project, running))];
}

/**
 * Refuses what would make the project's mounted config maps and secrets larger than the memory they may take. Two calls
 * at the same moment can pass it together; the engine has room for that, and a bound of its own.
 */
export async function requireVolumeRoom(
  parts: VolumeParts,
  projectId: string,
  change: { readonly mounts: readonly Mount[] } | { readonly key: ResourceKey; readonly data: Data },
): Promise<void> {
  if ('mounts' in change && change.mounts.length === 0) return;
  const keys = new Map(await mountedKeys(parts.store, projectId));
  if ('mounts' in change) addMounts(keys, projectId, change.mounts);
  else if (!keys.has(volumeNameFor(change.key.kind, change.key.name))) return;
  let bytes = 0;
  for (const key of keys.values()) {
    if ('key' in change && key.kind === change.key.kind && key.name === change.key.name) {
      bytes += volumeBytes(change.data);
      continue;
    }
    const found = await parts.store.get(key);
    if (found) bytes += volumeBytes(dataOf(parts, found));
  }
  const { projectBytesMax, blockBytes } = VOLUME_LIMITS;
  if (bytes <= projectBytesMax) return;
  throw invalidField({
    field: 'mounts' in change ? 'run_volume_mounts' : 'data',
    value: `${bytes} bytes`,
    rule: `all config maps and secrets that the project mounts may together take ${projectBytesMax} bytes, each file in blocks of ${blockBytes}`,
    fix: 'Mount fewer of them, or put large files into the image',
  });
}

/** What a config map or a secret takes of the memory for mounted files. */
function volumeBytes(data: Data): number {
  const { blockBytes } = VOLUME_LIMITS;
  const blocks = Object.values(data).map((value) => Math.max(1, Math.ceil(Buffer.byteLength(value) / blockBytes)));
  return blocks.reduce((sum, count) => sum + count, 0) * blockBytes;
}

/** By the names of their volumes. */
async function mountedKeys(store: Store, projectId: string): Promise<ReadonlyMap<string, ResourceKey>> {
  return keysOf(projectId, await runningRevisions(store, projectId));
}

function keysOf(projectId: string, running: readonly RevisionRecord[]): ReadonlyMap<string, ResourceKey> {
  const keys = new Map<string, ResourceKey>();
  for (const { spec } of running) addMounts(keys, projectId, spec.settings.run_volume_mounts);
  return keys;
}

function addMounts(keys: Map<string, ResourceKey>, projectId: string, mounts: readonly Mount[]): void {
  for (const { type, reference: name } of mounts) {
    if (type === 'persistent_data_store') continue;
    keys.set(volumeNameFor(type, name), { kind: type, projectId, name });
  }
}

/** What an owner calls it: the engine says it in its messages. */
function volumeNameFor(kind: string, name: string): string {
  return `${wordsOf(kind)} "${name}"`;
}

function dataOf({ secretBox }: VolumeParts, found: StoredResource): Data {
  return found.kind === 'secret' ? openData(secretBox, secretFrom(found)) : configMapFrom(found).spec.data;
}
