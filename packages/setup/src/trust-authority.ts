/**
 * Has this machine trust the platform's own certificate authority: one file in the folder that update-ca-certificates(8)
 * reads, named after the platform, and gone again with it. Programs with a store of their own (browsers) are not touched.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { statSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess, writeFileAtomic } from '@slipway/process';
import type { PlatformConfig } from './platform-config.ts';
import { SetupFault } from './setup-fault.ts';
import { findProgram } from './system-packages.ts';

/** Where an operator puts authorities, and the one file that most programs read; see update-ca-certificates(8). */
const MACHINE_AUTHORITIES = '/usr/local/share/ca-certificates';
const MACHINE_BUNDLE = '/etc/ssl/certs/ca-certificates.crt';
const UPDATE = 'update-ca-certificates';
const UPDATE_TIMEOUT_MS = 120_000;

type Place = Pick<PlatformConfig, 'platformId' | 'stateDir'>;

/** The authority's certificate, readable by everyone; the daemon makes it. */
export function authorityPath({ stateDir }: Pick<Place, 'stateDir'>): string {
  return join(stateDir, 'tls', 'ca.pem');
}

export function trustedPath({ platformId }: Pick<Place, 'platformId'>): string {
  return join(MACHINE_AUTHORITIES, `slipway-${platformId}.crt`);
}

export async function trustAuthority(config: PlatformConfig): Promise<void> {
  const pem = await readFile(authorityPath(config), 'utf8').catch((cause: unknown) => {
    const message = `Cannot trust the authority of platform "${config.name}": it has none yet`;
    throw new SetupFault(message, ['Start the platform: slipway up'], { cause });
  });
  requireRoot(config, 'trust');
  await mkdir(MACHINE_AUTHORITIES, { recursive: true });
  await writeFileAtomic(trustedPath(config), pem);
  await updateMachine(config);
}

/** True when there was something to take back. */
export async function untrustAuthority(config: PlatformConfig): Promise<boolean> {
  const present = await readFile(trustedPath(config), 'utf8').catch(() => undefined);
  if (present === undefined) return false;
  requireRoot(config, 'distrust');
  await rm(trustedPath(config), { force: true });
  await updateMachine(config);
  return true;
}

function requireRoot({ name }: PlatformConfig, act: string): void {
  if (process.getuid?.() === 0) return;
  throw new SetupFault(`Cannot ${act} the authority of platform "${name}": this needs root`, [
    'Run the same command with sudo',
  ]);
}

async function updateMachine({ name }: PlatformConfig): Promise<void> {
  const program = findProgram(UPDATE);
  if (program === undefined) {
    throw new SetupFault(`Cannot change what this machine trusts: "${UPDATE}" is missing`, [
      'sudo apt-get install ca-certificates',
    ]);
  }
  try {
    await runProcess([program], { timeoutMs: UPDATE_TIMEOUT_MS });
  } catch (cause) {
    throw new SetupFault(
      `Cannot change what this machine trusts for platform "${name}": ${UPDATE} failed`,
      [`See what it says: sudo ${UPDATE}`],
      { cause },
    );
  }
}

/**
 * Whether clients of this machine trust the authority: it is in the bundle, and still the platform's. Asked for every URL
 * that is shown, so the files are read again only when they have changed.
 */
export function createTrustLook(config: Place): () => boolean {
  let seen = { mark: '', isTrusted: false };
  return () => {
    const mark = [authorityPath(config), MACHINE_BUNDLE].map(changeMark).join(' ');
    if (mark !== seen.mark) seen = { mark, isTrusted: isInBundle(config) };
    return seen.isTrusted;
  };
}

function changeMark(path: string): string {
  const facts = statSync(path, { throwIfNoEntry: false });
  return facts === undefined ? 'none' : `${facts.ino}:${facts.mtimeMs}:${facts.size}`;
}

function isInBundle(config: Place): boolean {
  try {
    const pem = readFileSync(authorityPath(config), 'utf8').trim();
    return pem !== '' && readFileSync(MACHINE_BUNDLE, 'utf8').includes(pem);
  } catch {
    // Without either there is nothing to trust.
    return false;
  }
}
