/**
 * Asks the kernel for more open files: every proxied connection, log and instance holds some. Node has raised its soft
 * limit to the hard one already; more takes CAP_SYS_RESOURCE, which root may lack in a container. Then the platform
 * runs with what it has, and says so.
 */
import { readFile } from 'node:fs/promises';
import { runProcess } from '@slipway/process';
import type { ControlLog } from '@slipway/control';

const OPEN_FILES_WANTED = 262_144;

export async function raiseLimits(log: ControlLog): Promise<void> {
  const before = openFilesLimit(await readFile('/proc/self/limits', 'utf8'));
  if (before >= OPEN_FILES_WANTED) return;
  try {
    await runProcess(['prlimit', `--pid=${process.pid}`, `--nofile=${OPEN_FILES_WANTED}:${OPEN_FILES_WANTED}`]);
  } catch (error) {
    log.warn('Open files stay limited', { limit: before, wanted: OPEN_FILES_WANTED, cause: String(error) });
  }
}

/** The hard limit of open files in the text of /proc/self/limits; Infinity when there is none. */
export function openFilesLimit(limits: string): number {
  const [, hard = '0'] = /^Max open files\s+\S+\s+(\S+)/m.exec(limits) ?? [];
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}
