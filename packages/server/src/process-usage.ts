/** What the daemon itself takes of the machine. */
import type { ProcessUsage } from '@slipway/control';

const MICROSECONDS = 1e6;

export function readProcessUsage(): ProcessUsage {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / MICROSECONDS, residentBytes: process.memoryUsage.rss() };
}
