/**
 * Where platforms are written down: each has `platform.json` in its state folder, and the machine has one link per
 * platform, so that a platform is found by its name alone wherever its state lies. A platform's file, once written,
 * wins over defaults; flags that contradict it are refused.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '@slipway/process';
import {
  allocatePlatform,
  DEFAULT_PLATFORM,
  SETTING_DEFAULTS,
  REGISTRY_FOLDER,
  type AllocationFacts,
} from './allocate-platform.ts';
import { takeLock } from './exclusive-lock.ts';
import { observeSettings } from './observe-settings.ts';
import type { PlatformConfig } from './platform-config.ts';
import { platformFlag } from './platform-flag.ts';
import { settingChanges, tlsSettings, type PlatformSettings } from './platform-settings.ts';
import { privateEntryFor } from './private-entry.ts';
import { SetupFault, systemErrorCode } from './setup-fault.ts';
import { findFreePorts } from './tcp-ports.ts';

export interface MachineFolders {
  readonly machineDir: string;
  readonly runRoot: string;
  readonly cacheDir: string;
}

/** `/var/lib/slipway`, unless SLIPWAY_MACHINE_DIR moves the registry of platforms (tests do). */
export function machineFolders(env: NodeJS.ProcessEnv = process.env): MachineFolders {
  return {
    machineDir: env['SLIPWAY_MACHINE_DIR'] ?? STANDARD_MACHINE_DIR,
    runRoot: '/run/slipway',
    cacheDir: '/var/cache/slipway',
  };
}

/** The platform as it was created; undefined when there is none with this name. */
export async function loadPlatformConfig(
  name: string,
  folders: MachineFolders = machineFolders(),
): Promise<PlatformConfig | undefined> {
  const path = join(folders.machineDir, REGISTRY_FOLDER, name, 'platform.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'EACCES')
      throw new SetupFault(`Cannot read ${path}: permission denied`, ['Run it with sudo'], { cause: error });
    throw error;
  }
  try {
    // Files of before this setting have none.
    return { ...SETTING_DEFAULTS, ...(JSON.parse(text) as object) } as PlatformConfig;
  } catch (error) {
    throw new SetupFault(
      `Cannot read ${path}: it is not valid JSON`,
      [`Mend the file, or remove the platform: slipway down --purge${platformFlag(name)}`],
      {
        cause: error,
      },
    );
  }
}

export async function listPlatforms(folders: MachineFolders = machineFolders()): Promise<readonly PlatformConfig[]> {
  const names = await readdir(join(folders.machineDir, REGISTRY_FOLDER)).catch(() => [] as string[]);
  const configs = await Promise.all(names.map((name) => loadPlatformConfig(name, folders)));
  return configs.filter((config) => config !== undefined);
}

export interface EnsuredPlatform {
  readonly config: PlatformConfig;
  readonly created: boolean;
  /** Flags changed a stopped platform's file. */
  readonly changed: boolean;
}

export interface EnsureOptions {
  readonly folders?: MachineFolders;
  readonly isRunning: (config: PlatformConfig) => Promise<boolean>;
  /** Throws what keeps a platform like this from running here; then it is not created. */
  readonly refuse?: (config: PlatformConfig) => Promise<void>;
}

/** Loads the platform or creates it; applies the changeable settings when it is stopped. Safe for two at once. */
export async function ensurePlatformConfig(
  name: string,
  settings: PlatformSettings,
  options: EnsureOptions,
): Promise<EnsuredPlatform> {
  const folders = options.folders ?? machineFolders();
  await using _lock = await takeLock(join(folders.machineDir, 'platforms.lock'));
  const existing = await loadPlatformConfig(name, folders);
  if (existing) return await applyChanges(existing, settings, options.isRunning);
  const others = await listPlatforms(folders);
  const config = allocatePlatform(name, settings, await readAllocationFacts(name, others, folders));
  await options.refuse?.(config);
  await writeConfig(config);
  const link = join(folders.machineDir, REGISTRY_FOLDER, name);
  await mkdir(join(folders.machineDir, REGISTRY_FOLDER), { recursive: true });
  await rm(link, { force: true });
  await symlink(await realpath(config.stateDir), link);
  return { config, created: true, changed: false };
}

const STANDARD_MACHINE_DIR = '/var/lib/slipway';
const DEFAULT_ID = 'p0';

/** What a new platform must not meet. For the planning of `doctor` too, so nothing is written. */
export async function readAllocationFacts(
  name: string,
  existing: readonly PlatformConfig[],
  folders: MachineFolders,
): Promise<AllocationFacts> {
  const given = new Set(
    existing.flatMap((other) => [other.api.port, other.http.port, other.https.port, other.registry.port]),
  );
  const isDefault = name === DEFAULT_PLATFORM && folders.machineDir === STANDARD_MACHINE_DIR;
  const interfaces = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return {
    existing,
    ...folders,
    freePorts: await findFreePorts(given),
    // Random, because another registry on this machine may hold a platform that this one cannot see.
    platformId: isDefault ? DEFAULT_ID : `p${randomBytes(2).toString('hex')}`,
    addresses: interfaces.filter((entry) => entry.family === 'IPv4').map((entry) => entry.address),
  };
}

async function applyChanges(
  existing: PlatformConfig,
  settings: PlatformSettings,
  isRunning: (config: PlatformConfig) => Promise<boolean>,
): Promise<EnsuredPlatform> {
  const changes = settingChanges(existing, settings);
  if (changes.length === 0) return { config: existing, created: false, changed: false };
  const flag = platformFlag(existing.name);
  const fixed = changes.find((change) => !change.setting.changeable);
  if (fixed) {
    throw new SetupFault(
      `Cannot change ${fixed.setting.flag} of platform "${existing.name}" to ${fixed.to}: it was created with ${fixed.from}`,
      [
        `Create another platform: slipway up --platform NAME ${fixed.setting.flag} ${fixed.to}`,
        `Or remove this one with all it holds: slipway down --purge${flag}`,
      ],
    );
  }
  const [first] = changes;
  if (first && (await isRunning(existing))) {
    throw new SetupFault(
      `Cannot change ${first.setting.flag} of platform "${existing.name}" from ${first.from} to ${first.to}: it is running`,
      [
        `Stop it first; apps and data stay: slipway down${flag}`,
        `Then: slipway up${flag} ${first.setting.flag} ${first.to}`,
      ],
    );
  }
  const config = withSettings(existing, settings);
  await writeConfig(config);
  return { config, created: false, changed: true };
}

/** Pure: the configuration with its changeable settings replaced. */
export function withSettings(before: PlatformConfig, settings: PlatformSettings): PlatformConfig {
  const { acme: _acme, ...config } = before;
  const http = { address: settings.httpAddress ?? config.http.address, port: settings.httpPort ?? config.http.port };
  return {
    ...config,
    api: { address: settings.apiAddress ?? config.api.address, port: settings.apiPort ?? config.api.port },
    http,
    ...privateEntryFor(settings, { ...config, http }),
    ...tlsSettings(before, settings),
    ...observeSettings(before, settings),
    domain: settings.domain ?? config.domain,
    slotCount: settings.slots ?? config.slotCount,
    imageBudgetBytes: settings.imageBudget ?? config.imageBudgetBytes,
    capacity: {
      cpuMillis: settings.cpuCapacity ?? config.capacity.cpuMillis,
      memoryBytes: settings.memoryCapacity ?? config.capacity.memoryBytes,
    },
    ...(settings.standbyMemory !== undefined && { standbyMemoryBytes: settings.standbyMemory }),
    projectRetentionMs: settings.projectRetention ?? config.projectRetentionMs,
    auditRetentionMs: settings.auditRetention ?? config.auditRetentionMs,
    requestsPerSecond: settings.requestsPerSecond ?? config.requestsPerSecond,
    scaling: settings.scaler === undefined ? config.scaling : { ...config.scaling, mode: settings.scaler },
  };
}

async function writeConfig(config: PlatformConfig): Promise<void> {
  await mkdir(config.stateDir, { recursive: true, mode: 0o755 });
  await writeFileAtomic(join(config.stateDir, 'platform.json'), `${JSON.stringify(config, null, 2)}\n`);
}

/** Forgets a platform whose state is gone. */
export async function unregisterPlatform(name: string, folders: MachineFolders = machineFolders()): Promise<void> {
  await rm(join(folders.machineDir, REGISTRY_FOLDER, name), { force: true });
}
