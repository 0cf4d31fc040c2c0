/**
 * Decides every value of a new platform so that it meets no other one on this machine: the default platform has fixed,
 * documented values; each further one takes the lowest free index, from which its user range and network follow. Pure: the
 * platforms that exist, the addresses in use, the free ports and the id come in.
 */
import { observeSettings } from './observe-settings.ts';
import { SCALER_MODES, type PlatformConfig } from './platform-config.ts';
import { tlsSettings, type PlatformSettings } from './platform-settings.ts';
import { privateEntryFor } from './private-entry.ts';
import { SetupFault } from './setup-fault.ts';

export const DEFAULT_PLATFORM = 'default';
export const PLATFORM_NAME_PATTERN = /^[a-z]([-a-z0-9]{0,30}[a-z0-9])?$/;
/** The folder of registered platforms lies beside the platforms' own. */
export const REGISTRY_FOLDER = 'platforms';

/** Index n has the network 10.(223+n).0.0/16, so 32 platforms fit beside the default one. */
const INDEX_MAX = 32;
const USERS_PER_PROJECT = 65_536;
const USER_BASE_DEFAULT = 1_006_632_960;
const PROJECTS_PER_PLATFORM = 256;
/** What a platform has when nobody chose; written files of before a setting lack it. */
export const SETTING_DEFAULTS = {
  /** Some dozens of ordinary images; images that are used stay whatever they take. */
  imageBudgetBytes: 20e9,
  /** By what the machine has. */
  capacity: { cpuMillis: 0, memoryBytes: 0 },
  /** A platform of before HTTPS has none until its operator chooses a port. */
  https: { address: '', port: 0, redirect: 'auto', urls: 'auto' },
  /** Seven days, as the public platform. */
  projectRetentionMs: 7 * 24 * 60 * 60_000,
  /** A quarter: what somebody who looks into something usually asks for. */
  auditRetentionMs: 90 * 24 * 60 * 60_000,
  /** More than a console or a pipeline sends, and less than what keeps the daemon from others. */
  requestsPerSecond: 100,
} as const satisfies Partial<PlatformConfig>;
export const DEFAULT_PORTS = { api: 8780, http: 8080, https: 8443, registry: 8781 } as const;

export interface AllocationFacts {
  readonly existing: readonly PlatformConfig[];
  readonly machineDir: string;
  readonly runRoot: string;
  readonly cacheDir: string;
  /** Free ports for a platform that is not the default one: API, apps, registry, apps over HTTPS. */
  readonly freePorts: readonly [number, number, number, number];
  /** Part of kernel names, so unlike any other on this machine, also of platforms registered elsewhere. */
  readonly platformId: string;
  /** IPv4 addresses of this machine's interfaces. */
  readonly addresses: readonly string[];
}

export function allocatePlatform(name: string, settings: PlatformSettings, facts: AllocationFacts): PlatformConfig {
  if (!PLATFORM_NAME_PATTERN.test(name) || name === REGISTRY_FOLDER) {
    throw new SetupFault(
      `Cannot create platform "${name}": a name has lower-case letters, digits and "-", starts with a letter and is not "${REGISTRY_FOLDER}"`,
    );
  }
  const isDefault = name === DEFAULT_PLATFORM;
  const index = isDefault ? 0 : lowestFreeIndex(facts);
  const [apiPort, httpPort, registryPort, httpsPort] = isDefault
    ? [DEFAULT_PORTS.api, DEFAULT_PORTS.http, DEFAULT_PORTS.registry, DEFAULT_PORTS.https]
    : facts.freePorts;
  const apiAddress = settings.apiAddress ?? '127.0.0.1';
  const http = { address: settings.httpAddress ?? '127.0.0.1', port: settings.httpPort ?? httpPort };
  const config: PlatformConfig = {
    name,
    platformId: facts.platformId,
    stateDir: settings.stateDir ?? `${facts.machineDir}/${name}`,
    runDir: settings.runDir ?? `${facts.runRoot}/${name}`,
    cacheDir: settings.cacheDir ?? facts.cacheDir,
    api: { address: apiAddress, port: settings.apiPort ?? apiPort },
    http,
    ...privateEntryFor(settings, { http }),
    ...observeSettings({}, settings),
    ...tlsSettings({ https: { ...SETTING_DEFAULTS.https, port: httpsPort } }, settings),
    registry: { address: '127.0.0.1', port: settings.registryPort ?? registryPort },
    domain: settings.domain ?? 'localhost',
    network: {
      cidr: settings.network ?? networkOf(index),
      projectPrefix: 22,
      dnsUpstreams: [],
    },
    users: {
      base: settings.uidBase ?? userBaseOf(index),
      perProject: USERS_PER_PROJECT,
      allowHostUsers: false,
    },
    slotCount: settings.slots ?? 256,
    imageBudgetBytes: settings.imageBudget ?? SETTING_DEFAULTS.imageBudgetBytes,
    capacity: {
      cpuMillis: settings.cpuCapacity ?? SETTING_DEFAULTS.capacity.cpuMillis,
      memoryBytes: settings.memoryCapacity ?? SETTING_DEFAULTS.capacity.memoryBytes,
    },
    ...(settings.standbyMemory !== undefined && { standbyMemoryBytes: settings.standbyMemory }),
    projectRetentionMs: settings.projectRetention ?? SETTING_DEFAULTS.projectRetentionMs,
    auditRetentionMs: settings.auditRetention ?? SETTING_DEFAULTS.auditRetentionMs,
    requestsPerSecond: settings.requestsPerSecond ?? SETTING_DEFAULTS.requestsPerSecond,
    store: { kind: 'sqlite' },
    registryMirrors: [],
    startDeadlineMs: 60_000,
    scaling: { mode: settings.scaler ?? SCALER_MODES[0], stableWindowMs: 60_000, scaleToZeroGraceMs: 30_000 },
  };
  refuseOverlap(config, facts.existing);
  refuseOwnAddress(config, facts.addresses);
  return config;
}

function networkOf(index: number): string {
  return index === 0 ? '10.208.0.0/12' : `10.${223 + index}.0.0/16`;
}

function userBaseOf(index: number): number {
  return USER_BASE_DEFAULT + index * PROJECTS_PER_PLATFORM * USERS_PER_PROJECT;
}

function lowestFreeIndex({ existing, addresses }: AllocationFacts): number {
  for (let index = 1; index <= INDEX_MAX; index++) {
    const network = networkOf(index);
    const isTaken = existing.some((other) => {
      return rangesOverlap(other.network.cidr, network) || usersOverlap(other.users.base, userBaseOf(index));
    });
    if (!isTaken && !addresses.some((address) => rangesOverlap(`${address}/32`, network))) return index;
  }
  throw new SetupFault(`Cannot create another platform: this machine has ${INDEX_MAX} beside the default one`, [
    'Remove one: slipway down --purge --platform NAME',
  ]);
}

function usersOverlap(a: number, b: number): boolean {
  return Math.abs(a - b) < PROJECTS_PER_PLATFORM * USERS_PER_PROJECT;
}

/** The bridges of apps would take the route to this machine's own network. */
function refuseOwnAddress(config: PlatformConfig, addresses: readonly string[]): void {
  const own = addresses.find((address) => rangesOverlap(`${address}/32`, config.network.cidr));
  if (own === undefined) return;
  throw new SetupFault(
    `Cannot use the network ${config.network.cidr} for apps: this machine has the address ${own} in it`,
    ['Choose another private range, e.g. --network 172.20.0.0/16'],
  );
}

function refuseOverlap(config: PlatformConfig, existing: readonly PlatformConfig[]): void {
  for (const other of existing) {
    const clash = overlapOf(config, other);
    if (clash === undefined) continue;
    throw new SetupFault(
      `Cannot create platform "${config.name}": platform "${other.name}" has the same ${clash.what}`,
      [`Choose another value with ${clash.flag}`],
    );
  }
}

function overlapOf(a: PlatformConfig, b: PlatformConfig): { readonly what: string; readonly flag: string } | undefined {
  if (a.stateDir === b.stateDir) return { what: 'state folder', flag: '--state-dir' };
  if (a.runDir === b.runDir) return { what: 'run folder', flag: '--run-dir' };
  if (rangesOverlap(a.network.cidr, b.network.cidr)) return { what: 'network', flag: '--network' };
  if (usersOverlap(a.users.base, b.users.base)) return { what: 'user range', flag: '--uid-base' };
  const ports = new Map([
    [b.api.port, 'API port'],
    [b.http.port, 'app port'],
    [b.https.port || undefined, 'HTTPS port'],
    [b.registry.port, 'registry port'],
  ]);
  for (const [port, flag] of [
    [a.api.port, '--api-port'],
    [a.http.port, '--http-port'],
    [a.https.port, '--https-port'],
    [a.registry.port, '--registry-port'],
  ] as const) {
    const what = ports.get(port);
    if (what !== undefined) return { what: `port ${port} as its ${what}`, flag };
  }
  return undefined;
}

export function rangesOverlap(a: string, b: string): boolean {
  const [firstA, lastA] = rangeOf(a);
  const [firstB, lastB] = rangeOf(b);
  return firstA <= lastB && firstB <= lastA;
}

function rangeOf(cidr: string): readonly [first: number, last: number] {
  const [address = '', bits = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = Math.floor(value / size) * size;
  return [first, first + size - 1];
}
