/** `slipway doctor`: every check of the machine, of the programs and of the platform, all at once. */
import { allocatePlatform } from '../allocate-platform.ts';
import { listPlatforms, loadPlatformConfig, machineFolders, type MachineFolders } from '../platform-registry.ts';
import { runChecks, type CheckResult } from './check.ts';
import { machineChecks } from './machine-checks.ts';
import { platformChecks } from './platform-checks.ts';
import { programChecks } from './program-checks.ts';

export async function examine(
  name: string,
  folders: MachineFolders = machineFolders(),
): Promise<readonly CheckResult[]> {
  const config = await loadPlatformConfig(name, folders);
  const planned =
    config ?? allocatePlatform(name, {}, { existing: await listPlatforms(folders), ...folders, freePorts: [0, 0, 0] });
  return runChecks([...machineChecks(planned), ...programChecks(), ...platformChecks(name, config)]);
}
