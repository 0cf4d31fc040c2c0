/**
 * Asks the kernel to make moves into control groups quick. By itself the first move after a pause waits 10 to 16 ms for
 * a grace period of RCU, and a cold start is such a move. The option `favordynmods` of a cgroup mount ends the waiting
 * for the whole machine; since Linux 6.17 it stays in force until the next boot, at the price of a lock of its own for
 * every process (kernel/cgroup/cgroup.c, cgroup_favor_dynmods). So a hierarchy of ours, empty and without a controller,
 * is mounted with it and let go at once. Older kernels wait again after that, and those before 6.0 do not know it.
 *
 * Once per boot and machine: while that hierarchy is there every crun of the machine sees it, and where control groups are
 * of version 1 takes it for one to mount, so a start of another platform in that moment fails.
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { mountFileSystem, SystemCallFailure, unmount } from '@slipway/kernel';

const BOOT_ID_PATH = '/proc/sys/kernel/random/boot_id';
/** Holds the boot in which the kernel was asked; of the machine, not of a platform. */
const ASKED_PATH = '/run/slipway-quick-moves';

export interface QuickMovesQuestion {
  /** Is not there afterwards. */
  readonly dir: string;
  readonly platformId: string;
  readonly askedPath?: string;
}

/** False when the kernel does not know the option: starts are slower then, and nothing else. */
export function askForQuickMoves({ dir, platformId, askedPath = ASKED_PATH }: QuickMovesQuestion): boolean {
  const bootId = readFileSync(BOOT_ID_PATH, 'utf8');
  letGo(dir);
  if (readText(askedPath) === bootId) return true;
  mkdirSync(dir, { recursive: true });
  try {
    const options = `none,name=slipway-${platformId},favordynmods`;
    mountFileSystem({ source: 'none', target: dir, type: 'cgroup', flags: 0, options });
    writeFileSync(askedPath, bootId, { mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof SystemCallFailure) return false;
    throw error;
  } finally {
    letGo(dir);
  }
}

/** Also of a daemon that was killed while it asked. */
function letGo(dir: string): void {
  if (!existsSync(dir)) return;
  unmount(dir);
  rmdirSync(dir);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
