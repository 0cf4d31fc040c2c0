/** Where a runtime that is called by hand keeps its state: in memory, as /run of most machines and the platform's run folder are. */
import { mkdir } from 'node:fs/promises';
import { runProcess } from '@slipway/process';

const MEMORY_OPTIONS = 'mode=711,nosuid,nodev,size=64m';

/** The mount ends with the stack. */
export async function openRuntimeRoot(folder: string, stack: AsyncDisposableStack): Promise<string> {
  await mkdir(folder, { recursive: true });
  await runProcess(['mount', '-t', 'tmpfs', '-o', MEMORY_OPTIONS, 'tmpfs', folder]);
  stack.defer(async () => {
    await runProcess(['umount', folder]);
  });
  return folder;
}
