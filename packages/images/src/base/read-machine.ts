/** Looks at this machine for what goes into base images: distribution, package sources, authorities, Node. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineFault } from '@slipway/engine';
import { distributionSources, parseOsRelease, type AptFile } from './apt-sources.ts';
import type { Machine } from './base-recipe.ts';

const APT_DIR = '/etc/apt';
/** Where an operator puts a company's own authorities; see update-ca-certificates(8). */
export const EXTRA_CA_DIR = '/usr/local/share/ca-certificates';

/**
 * Authorities of platforms, which one command trusts and distrusts. Base images are shared by all platforms and hold none
 * of them: an instance gets its own platform's when it starts.
 */
const PLATFORM_PREFIX = 'slipway-';

export async function readMachine(): Promise<Machine> {
  const distribution = parseOsRelease(await readFile('/etc/os-release', 'utf8'));
  if (!distribution || !['debian', 'ubuntu'].includes(distribution.id)) {
    throw new EngineFault(
      'engine_unavailable',
      'Cannot compose base images: this machine is neither Debian nor Ubuntu. Build with a Dockerfile from images of a registry',
    );
  }
  const names = (await list(join(APT_DIR, 'sources.list.d'))).filter((name) => /\.(?:list|sources)$/.test(name));
  const paths = [join(APT_DIR, 'sources.list'), ...names.map((name) => join(APT_DIR, 'sources.list.d', name))];
  const files = await Promise.all(paths.map(readAptFile));
  return {
    distribution,
    aptSources: distributionSources(files, distribution),
    extraCaSha256: await hashAuthorities(),
    nodeVersion: process.version,
    arch: process.arch,
  };
}

async function readAptFile(path: string): Promise<AptFile> {
  try {
    return { path, content: await readFile(path, 'utf8') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { path, content: '' };
    throw error;
  }
}

async function hashAuthorities(): Promise<string> {
  const names = (await list(EXTRA_CA_DIR)).filter((name) => name.endsWith('.crt') && !name.startsWith(PLATFORM_PREFIX));
  if (names.length === 0) return '';
  const hash = createHash('sha256');
  for (const name of names) hash.update(name).update(await readFile(join(EXTRA_CA_DIR, name)));
  return hash.digest('hex');
}

async function list(dir: string): Promise<readonly string[]> {
  try {
    return (await readdir(dir)).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
