/**
 * Which packages are being installed, written down before and forgotten after. A note that is found tells of an installation
 * that was killed: packages may be half-configured, although all programs are there, and services still enabled.
 */
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { writeFileAtomic } from '@slipway/process';

/** Of the machine, not of a platform. */
export const INSTALL_NOTE = '/var/lib/slipway/installing';

export function isInstallUnfinished(path: string = INSTALL_NOTE): boolean {
  return existsSync(path);
}

export function readInstallNote(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((name) => name !== '');
}

export async function writeInstallNote(path: string, packages: readonly string[]): Promise<void> {
  await writeFileAtomic(path, `${packages.join('\n')}\n`);
}

export async function removeInstallNote(path: string): Promise<void> {
  await rm(path, { force: true });
}
