/** Makes the folders and files of one platform's image storage exist. Idempotent; the auth file is for its owner only. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@slipway/process';
import type { ContainerStorage } from '../image-store.ts';
import {
  renderAuthFile,
  renderPolicy,
  renderRegistriesConf,
  renderStorageConf,
  storageEnvironment,
  type BundledRegistry,
  type RegistryLogin,
  type RegistryRoute,
} from './render-storage-config.ts';

export interface ContainerStorageOptions {
  /** Survives reboots: the layers, the configuration files, the auth file. */
  readonly stateDir: string;
  /** tmpfs: the locks and mounts of containers/storage. */
  readonly runDir: string;
  readonly registry: BundledRegistry;
  /** What the platform itself logs in with; the bundled registry's entry belongs here. */
  readonly logins?: readonly RegistryLogin[];
  /** Mirrors and plain-http registries. */
  readonly routes?: readonly RegistryRoute[];
}

export async function prepareContainerStorage(options: ContainerStorageOptions): Promise<ContainerStorage> {
  const configDir = join(options.stateDir, 'containers');
  const temporaryDir = join(configDir, 'tmp');
  const storage = {
    graphRoot: join(options.stateDir, 'images'),
    runRoot: join(options.runDir, 'images'),
    storageConfPath: join(configDir, 'storage.conf'),
    registriesConfPath: join(configDir, 'registries.conf'),
    policyPath: join(configDir, 'policy.json'),
    authFilePath: join(configDir, 'auth.json'),
  };
  await mkdir(temporaryDir, { recursive: true, mode: 0o700 });
  await mkdir(storage.graphRoot, { recursive: true, mode: 0o711 });
  await mkdir(storage.runRoot, { recursive: true, mode: 0o700 });
  await Promise.all([
    writeIfDifferent(storage.storageConfPath, renderStorageConf(storage)),
    writeIfDifferent(
      storage.registriesConfPath,
      renderRegistriesConf({ bundled: options.registry, routes: options.routes ?? [] }),
    ),
    writeIfDifferent(storage.policyPath, renderPolicy()),
    writeIfDifferent(storage.authFilePath, renderAuthFile(options.logins ?? []), 0o600),
  ]);
  const environment = storageEnvironment({ ...storage, homeDir: configDir, temporaryDir }, process.env);
  return { ...storage, environment };
}

async function writeIfDifferent(path: string, content: string, mode = 0o644): Promise<void> {
  const present = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (present !== content) await writeFileAtomic(path, content, { mode });
}
