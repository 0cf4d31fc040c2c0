/** The filter of system calls for containers started by hand: the one that instances have, not compiled yet. */
import { readFile } from 'node:fs/promises';
import { seccompProfileFor, type DistributionProfile, type OciSeccomp } from '@slipway/engine-host/testing';

const PROFILE_PATH = '/usr/share/containers/seccomp.json';

export async function baselineProfile(): Promise<OciSeccomp> {
  return seccompProfileFor(JSON.parse(await readFile(PROFILE_PATH, 'utf8')) as DistributionProfile, process.arch);
}
