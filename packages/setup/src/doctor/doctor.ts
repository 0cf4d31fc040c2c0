/** `slipway doctor`: every check of the machine, of the programs and of the platform, all at once. */
import { allocatePlatform } from '../allocate-platform.ts';
import type { PlatformConfig } from '../platform-config.ts';
import {
  listPlatforms,
  loadPlatformConfig,
  machineFolders,
  readAllocationFacts,
  type MachineFolders,
} from '../platform-registry.ts';
import { BRIDGE_CHECK } from './bridge-check.ts';
import { runChecks, type CheckResult } from './check.ts';
import { firewallCheck } from './firewall-check.ts';
import { machineChecks } from './machine-checks.ts';
import { platformChecks } from './platform-checks.ts';
import { programChecks } from './program-checks.ts';

export async function examine(
  name: string,
  folders: MachineFolders = machineFolders(),
): Promise<readonly CheckResult[]> {
  const config = await loadPlatformConfig(name, folders);
  const planned = config ?? (await planPlatform(name, folders));
  return runChecks([
    ...machineChecks(planned),
    BRIDGE_CHECK,
    firewallCheck(planned),
    ...programChecks(),
    ...platformChecks(name, config),
  ]);
}

/** Where a platform of this name would keep its state. */
async function planPlatform(name: string, folders: MachineFolders): Promise<PlatformConfig> {
  const existing = await listPlatforms(folders);
  return allocatePlatform(name, {}, await readAllocationFacts(name, existing, folders));
}
