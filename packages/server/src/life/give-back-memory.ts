/**
 * What only the start of a platform with many apps needed is several times as much as what stays, and the heap would keep
 * its size as long as the daemon lives: V8 gives back what it finds empty only when it is told that memory is short.
 */
import { memoryUsage } from 'node:process';

/** A small heap is not worth the pause, which grows with it: some seconds for a gigabyte. */
const HEAP_BYTES_MIN = 256 * 1024 * 1024;

/** Nothing where Node.js was not started with `--expose-gc`. */
export function giveBackMemory(): void {
  if (memoryUsage().heapTotal < HEAP_BYTES_MIN) return;
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
