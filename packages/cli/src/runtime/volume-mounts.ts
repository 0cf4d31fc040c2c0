/** Mounts of config maps and secrets as the public command line writes them: `DIR=NAME`. Pure. */
import type { App } from '@slipway/spec';
import { UsageFault } from '../usage-fault.ts';

type Mount = App['run_volume_mounts'][number];

export interface MountOptions {
  readonly mountConfigmap?: readonly string[] | undefined;
  readonly mountSecret?: readonly string[] | undefined;
  readonly mountRm?: readonly string[] | undefined;
}

export function changesMounts({ mountConfigmap, mountSecret, mountRm }: MountOptions): boolean {
  return mountConfigmap !== undefined || mountSecret !== undefined || mountRm !== undefined;
}

/** A folder that is given takes the place of what is mounted there; the rest stays as it is. */
export function mergeMounts(current: readonly Mount[], options: MountOptions): Mount[] {
  const added = [
    ...(options.mountConfigmap ?? []).map((text) => parseMount('config_map', text)),
    ...(options.mountSecret ?? []).map((text) => parseMount('secret', text)),
  ];
  const dropped = options.mountRm ?? [];
  const missing = dropped.find((dir) => !current.some((mount) => mount.mount_path === dir));
  if (missing !== undefined) {
    throw new UsageFault(`Cannot drop the mount on "${missing}": nothing is mounted there`, [
      current.length === 0
        ? 'There are no mounts'
        : `Mounted are: ${current.map((mount) => mount.mount_path).join(', ')}`,
    ]);
  }
  const gone = new Set([...dropped, ...added.map((mount) => mount.mount_path)]);
  return [...current.filter((mount) => !gone.has(mount.mount_path)), ...added];
}

/** Whether the folder and the name are good is the platform's to say. */
function parseMount(type: 'config_map' | 'secret', text: string): Mount {
  const equals = text.lastIndexOf('=');
  const [dir, reference] = [text.slice(0, equals), text.slice(equals + 1)];
  if (equals > 0 && reference !== '') return { type, reference, mount_path: dir };
  const option = type === 'secret' ? '--mount-secret' : '--mount-configmap';
  throw new UsageFault(`Cannot use ${option} "${text}": it must be DIR=NAME`, [
    `For instance: ${option} /etc/app=settings`,
  ]);
}
