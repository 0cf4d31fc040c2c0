/**
 * crun guards itself from the containers it starts: it mounts its own file read-only elsewhere and runs that copy, so
 * every start loads crun twice. We make one such read-only mount per daemon and tell crun that it runs from it; a crun
 * that sees it otherwise, or does not know the variable, copies itself as ever. Source: crun, libcrun/cloned_binary.c.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { MOUNT_FLAGS, mountFileSystem, unmount } from '@slipway/kernel';

export const RUNTIME_PATH = '/usr/bin/crun';

/** What conmon hands on to crun; crun itself checks that its file cannot be written. */
export const SEALED_RUNTIME_ENVIRONMENT = { _LIBCONTAINER_CLONED_BINARY: '1' } as const;

/** Mounts crun read-only on `path`, anew: an updated crun is another file. */
export function sealRuntime(path: string): void {
  unsealRuntime(path);
  writeFileSync(path, '');
  const mount = { source: RUNTIME_PATH, target: path, type: 'none', options: '' };
  mountFileSystem({ ...mount, flags: MOUNT_FLAGS.bind });
  mountFileSystem({ ...mount, flags: MOUNT_FLAGS.bind | MOUNT_FLAGS.remount | MOUNT_FLAGS.readonly });
}

export function unsealRuntime(path: string): void {
  if (!existsSync(path)) return;
  unmount(path);
  rmSync(path);
}
