/** Ends the daemon and what starts it again. What it started goes on: apps, proxy, registry and DNS. */
import type { PlatformConfig } from './platform-config.ts';
import { findPlatformProcesses, stopProcesses, untilEnded } from './platform-processes.ts';
import { stopSupervisor } from './supervisor.ts';

/** The daemon finishes the requests it holds. */
const DAEMON_GRACE_MS = 15_000;

export async function stopDaemon(config: PlatformConfig): Promise<void> {
  // It tells the daemon, which would end at once when it was told again.
  if (await stopSupervisor(config)) await untilEnded(() => daemonsOf(config), DAEMON_GRACE_MS);
  await stopProcesses(() => daemonsOf(config), DAEMON_GRACE_MS);
}

async function daemonsOf(config: PlatformConfig) {
  const programs = await findPlatformProcesses(config);
  return programs.filter((found) => /packages\/server\/src\/main\.ts|--name=slipway-/.test(found.command));
}
