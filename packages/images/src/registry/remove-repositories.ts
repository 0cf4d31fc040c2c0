/**
 * Takes every repository below one prefix out of the bundled registry. What is there is read from the registry's folder,
 * because its API lists neither prefixes nor manifests without a tag; it is deleted through the API, because the running
 * registry remembers which blobs a repository has. Only then the folder goes. Blobs that no repository has any more stay
 * until the registry's own garbage collection.
 */
import type { Dirent } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { EngineFault } from '@slipway/engine';
import { platformAuthorization, type PlatformTokenIssuer } from './platform-token.ts';

const REQUEST_TIMEOUT_MS = 10_000;
const PREFIX_PATTERN = /^[a-z0-9][a-z0-9-]*$/;
/** 404: an earlier try has deleted it. */
const DONE_STATUSES: readonly number[] = [202, 404];

export interface RegistryPlace {
  readonly stateDir: string;
  /** `host:port`. */
  readonly address: string;
  readonly issuer: PlatformTokenIssuer;
}

/** `prefix` is one path component. May be repeated; a prefix without repositories is no error. */
export async function removeRepositories(place: RegistryPlace, prefix: string): Promise<void> {
  if (!PREFIX_PATTERN.test(prefix)) throw new TypeError(`Cannot remove the repositories below "${prefix}": not a name`);
  const root = join(place.stateDir, 'registry', 'data', 'docker', 'registry', 'v2', 'repositories');
  const dir = join(root, prefix);
  for (const repositoryDir of await findRepositories(dir)) {
    await emptyRepository(place, relative(root, repositoryDir), repositoryDir);
  }
  await rm(dir, { recursive: true, force: true });
}

async function findRepositories(dir: string): Promise<readonly string[]> {
  const folders = (await readFolder(dir)).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const found = folders.includes('_manifests') || folders.includes('_layers') ? [dir] : [];
  for (const name of folders) {
    if (!name.startsWith('_')) found.push(...(await findRepositories(join(dir, name))));
  }
  return found;
}

async function emptyRepository(place: RegistryPlace, name: string, dir: string): Promise<void> {
  const authorization = await platformAuthorization(place.issuer, [`repository:${name}:delete`]);
  const manifests = await readDigests(join(dir, '_manifests', 'revisions', 'sha256'));
  const layers = await readDigests(join(dir, '_layers', 'sha256'));
  const paths = [...manifests.map((digest) => `manifests/${digest}`), ...layers.map((digest) => `blobs/${digest}`)];
  for (const path of paths) {
    const response = await fetch(`http://${place.address}/v2/${name}/${path}`, {
      method: 'DELETE',
      headers: { authorization },
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    }).catch((cause: unknown) => {
      throw new EngineFault('engine_unavailable', 'The image registry does not answer', { cause });
    });
    await response.body?.cancel();
    if (DONE_STATUSES.includes(response.status)) continue;
    throw new EngineFault('engine_unavailable', `The image registry answers ${response.status} to a deletion`);
  }
}

async function readDigests(dir: string): Promise<readonly string[]> {
  return (await readFolder(dir)).map((entry) => `sha256:${entry.name}`);
}

async function readFolder(dir: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(dir, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
