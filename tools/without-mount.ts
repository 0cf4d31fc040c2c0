/**
 * `node without-mount.ts NAMESPACE PATH PROGRAM ARGUMENT…` runs a program with one mount taken away. NAMESPACE is the
 * mount namespace of the caller: the program refuses to work inside it, because the machine must keep its mounts.
 */
import { spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';

const [outside, path, program, ...rest] = process.argv.slice(2);
if (outside === undefined || path === undefined || program === undefined) {
  throw new TypeError('Cannot start: name the outer namespace, a mount and a program');
}
if (readlinkSync('/proc/self/ns/mnt') === outside) {
  throw new Error(`Cannot hide "${path}": this is the mount namespace of the machine`);
}
const unmount = spawnSync('umount', [path], { stdio: 'inherit' });
if (unmount.status !== 0) throw new Error(`Cannot hide "${path}": umount ended with code ${unmount.status}`);
const { status, error } = spawnSync(program, rest, { stdio: 'inherit' });
if (error) throw error;
process.exitCode = status ?? 1;
