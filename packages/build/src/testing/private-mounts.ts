/**
 * Runs a test file again inside a private mount namespace where crun works: on machines with hybrid control groups it
 * refuses to start while the unified hierarchy is mounted beside the old ones. The platform's daemon lives in such a
 * namespace always; a test makes its own, which ends with it.
 */
import { spawnSync } from 'node:child_process';

const MARK = 'SLIPWAY_TEST_PRIVATE_MOUNTS';
const UNIFIED = '/sys/fs/cgroup/unified';

/** Call first in a test file. Does not return in the outer process. */
export function enterPrivateMounts(testFile: string): void {
  if (process.env[MARK] === undefined) {
    const argv = ['--mount', '--propagation=private', '--', process.execPath, ...process.execArgv, testFile];
    const inner = spawnSync('unshare', argv, { stdio: 'inherit', env: { ...process.env, [MARK]: '1' } });
    process.exit(inner.status ?? 1);
  }
  // Nothing is mounted there on machines with one hierarchy; then there is nothing to hide.
  spawnSync('umount', [UNIFIED], { stdio: 'ignore' });
}
