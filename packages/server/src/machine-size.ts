/** What this machine has. Inside a container or a slice with a limit of memory, the limit is all there is. */
import { availableParallelism, totalmem } from 'node:os';
import type { MachineSize } from './host-settings.ts';

export function readMachineSize(): MachineSize {
  const constrainedBytes = process.constrainedMemory();
  const memoryBytes = constrainedBytes > 0 ? Math.min(totalmem(), constrainedBytes) : totalmem();
  return { cores: availableParallelism(), memoryBytes };
}
