/**
 * Asks the kernel to make moves into control groups quick. By itself the first move after a pause waits 10 to 16 ms for
 * a grace period of RCU, and a cold start is such a move. The option `favordynmods` of a cgroup mount ends the waiting
 * for the whole machine; since Linux 6.17 it stays in force until the next boot, at the price of a lock of its own for
 * every process (kernel/cgroup/cgroup.c, cgroup_favor_dynmods). So a hierarchy of ours, empty and without a controller,
 * is mounted with it and let go at once. Older kernels wait again after that, and those before 6.0 do not know it.
 */
import { mkdirSync, rmdirSync } from 'node:fs';
import { mountFileSystem, SystemCallFailure, unmount } from '@slipway/kernel';

/** False when the kernel does not know the option: starts are slower then, and nothing else. */
export function askForQuickMoves(dir: string, platformId: string): boolean {
  mkdirSync(dir, { recursive: true });
  try {
    const options = `none,name=slipway-${platformId},favordynmods`;
    mountFileSystem({ source: 'none', target: dir, type: 'cgroup', flags: 0, options });
    return true;
  } catch (error) {
    if (error instanceof SystemCallFailure) return false;
    throw error;
  } finally {
    unmount(dir);
    rmdirSync(dir);
  }
}
