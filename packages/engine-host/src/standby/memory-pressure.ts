/** How much memory the machine has left: by what its processes wait for it, and by what is free or can be made so. */
import { readFileSync } from 'node:fs';

/** `low`: not short yet, but it may be within seconds. */
export const MEMORY_STATES = ['ample', 'low', 'short'] as const;
export type MemoryState = (typeof MEMORY_STATES)[number];

const PRESSURE_PATH = '/proc/pressure/memory';
const MEMORY_PATH = '/proc/meminfo';
/** Of the last ten seconds, in how many per cent some process waited for memory; and the least part that is available. */
const SHORT = { stalledPercent: 10, availableShare: 0.05 };
const LOW = { stalledPercent: 1, availableShare: 0.2 };

/** Pure. `pressure` and `memory` are the kernel's texts; empty where there are none. */
export function memoryState(pressure: string, memory: string): MemoryState {
  const stalledPercent = Number(/^some avg10=(\d+(?:\.\d+)?)/m.exec(pressure)?.[1] ?? 0);
  const total = Number(/^MemTotal:\s+(\d+)/m.exec(memory)?.[1] ?? 0);
  const available = Number(/^MemAvailable:\s+(\d+)/m.exec(memory)?.[1] ?? total);
  const isPast = (bound: typeof SHORT) =>
    stalledPercent >= bound.stalledPercent || available < total * bound.availableShare;
  if (isPast(SHORT)) return 'short';
  return isPast(LOW) ? 'low' : 'ample';
}

export function readMemoryState(): MemoryState {
  return memoryState(readOrNothing(PRESSURE_PATH), readOrNothing(MEMORY_PATH));
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A kernel without pressure accounting, or with it switched off.
    return '';
  }
}
