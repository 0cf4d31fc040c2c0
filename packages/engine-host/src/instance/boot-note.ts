/** Which boot of the machine the run folder is of: after a reboot that kept the folder nothing in it is true any more. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const BOOT_ID_PATH = '/proc/sys/kernel/random/boot_id';

/** False when no boot was noted. */
export function isOfOtherBoot(path: string): boolean {
  return existsSync(path) && readFileSync(path, 'utf8') !== readFileSync(BOOT_ID_PATH, 'utf8');
}

/** Written once per boot and never seen half-written: whoever takes it for another boot's throws away what runs. */
export function noteBoot(path: string): void {
  if (existsSync(path) && !isOfOtherBoot(path)) return;
  const draft = `${path}.tmp`;
  writeFileSync(draft, readFileSync(BOOT_ID_PATH, 'utf8'));
  renameSync(draft, path);
}
