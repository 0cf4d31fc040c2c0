/** Whether the machine is short of memory now: by what its processes wait for it, or by what is left where nobody counts that. */
import { readFileSync } from 'node:fs';

const PRESSURE_PATH = '/proc/pressure/memory';
const MEMORY_PATH = '/proc/meminfo';
/** Some process waited for memory in a tenth of the last ten seconds. */
const STALLED_PERCENT_MAX = 10;
const AVAILABLE_SHARE_MIN = 0.05;

/** Pure. `pressure` and `memory` are the kernel's texts; empty where there are none. */
export function isShortOfMemory(pressure: string, memory: string): boolean {
  const stalled = /^some avg10=(\d+(?:\.\d+)?)/m.exec(pressure)?.[1];
  if (stalled !== undefined && Number(stalled) >= STALLED_PERCENT_MAX) return true;
  const total = Number(/^MemTotal:\s+(\d+)/m.exec(memory)?.[1] ?? 0);
  const available = Number(/^MemAvailable:\s+(\d+)/m.exec(memory)?.[1] ?? total);
  return available < total * AVAILABLE_SHARE_MIN;
}

export function isMachineShortOfMemory(): boolean {
  return isShortOfMemory(readOrNothing(PRESSURE_PATH), readOrNothing(MEMORY_PATH));
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A kernel without pressure accounting, or with it switched off.
    return '';
  }
}
