/**
 * What the parts of the host engine are told, from the platform's configuration. Pure. The platform's ranges are shared
 * out here and nowhere else: projects take networks and user ids from the bottom, builds have the topmost of each, which
 * no project reaches.
 */
import { join } from 'node:path';
import type { Capacity } from '@slipway/engine';
import type { HostEngineConfig, ScaleWindows } from '@slipway/engine-host';
import {
  authorityPath,
  isRedirected,
  observedRequests,
  TRACE_RATIO_DEFAULT,
  type PlatformConfig,
} from '@slipway/setup';
import { isLocalAddress } from './is-local-address.ts';
import { INSTANCE_API_HOST } from './platform-facts.ts';
import { PROJECTS_MAX } from '@slipway/spec';

/** Enough to read how an instance ended, without letting a chatty app fill the disk: at most 80 MiB per app. */
const INSTANCE_LOG = { fileBytesMax: 4 * 1024 * 1024, filesPerInstanceMax: 2, instancesPerAppMax: 10 } as const;
/** The ordinal of the user range that builds get; ranges are reserved for 256 projects. */
const BUILD_USERS_ORDINAL = 255;
const BUILD_NETWORK_PREFIX = 24;
/** Knative's proportion: the panic window is a tenth of the stable one. */
const PANIC_WINDOW_SHARE = 0.1;

/** What of the machine's memory is left to the platform itself, HAProxy, the registry and the system. */
const RESERVED_MEMORY_SHARE = 0.1;
const RESERVED_MEMORY_BYTES_MIN = 512e6;
/**
 * Configured vCPU for each core. Memory that is promised twice kills; a core that is promised twice is shared, and an idle
 * instance uses none. `--cpu-capacity` with the number of cores promises none twice.
 */
const VCPU_PER_CORE = 8;

/** Of the machine's memory, for what sleeps and stands by: given up at once for what runs. */
const STANDBY_MEMORY_SHARE = 0.1;

export interface MachineSize {
  readonly cores: number;
  readonly memoryBytes: number;
}

export function capacityFor({ capacity }: Pick<PlatformConfig, 'capacity'>, machine: MachineSize): Capacity {
  const reservedBytes = Math.max(RESERVED_MEMORY_BYTES_MIN, machine.memoryBytes * RESERVED_MEMORY_SHARE);
  return {
    cpuMillis: capacity.cpuMillis || machine.cores * VCPU_PER_CORE * 1000,
    memoryBytes: capacity.memoryBytes || Math.max(0, Math.floor(machine.memoryBytes - reservedBytes)),
  };
}

export function engineConfigFor(config: PlatformConfig, machine: MachineSize): HostEngineConfig {
  return {
    platformId: config.platformId,
    stateDir: config.stateDir,
    runDir: config.runDir,
    http: config.http,
    ...httpsFor(config),
    ...(servesTls(config) && { authorityFile: authorityPath(config) }),
    ...(config.privateEntry && { privateEntry: config.privateEntry }),
    slotCount: config.slotCount,
    network: config.network,
    instanceApi: { host: INSTANCE_API_HOST, port: config.api.port },
    users: config.users,
    instanceLog: INSTANCE_LOG,
    startDeadlineMs: config.startDeadlineMs,
    capacity: capacityFor(config, machine),
    ...observeFor(config),
    standbyMemoryBytes: config.standbyMemoryBytes ?? Math.floor(machine.memoryBytes * STANDBY_MEMORY_SHARE),
  };
}

function observeFor(config: PlatformConfig): Pick<HostEngineConfig, 'observe'> {
  const mode = observedRequests(config);
  if (!mode) return {};
  const { otlpEndpoint, otlpHeadersFile, traceRatio = TRACE_RATIO_DEFAULT } = config.observe ?? {};
  const otlp = otlpEndpoint === undefined ? {} : { otlp: { endpoint: otlpEndpoint, headersFile: otlpHeadersFile } };
  return { observe: { mode, traceRatio, ...otlp } };
}

/** Without HTTPS there is nothing that instances could trust the authority for, and old Node.js starts faster. */
function servesTls({ api, https }: PlatformConfig): boolean {
  return https.port !== 0 || !isLocalAddress(api.address);
}

/** Where the daemon keeps its authority, and the certificate for names that nobody has. */
export function tlsDirFor({ stateDir }: Pick<PlatformConfig, 'stateDir'>): string {
  return join(stateDir, 'tls');
}

function httpsFor(config: PlatformConfig): Pick<HostEngineConfig, 'https'> {
  const { acme, http, https } = config;
  if (https.port === 0) return {};
  return {
    https: {
      address: https.address || http.address,
      port: https.port,
      isForced: isRedirected(config),
      answersChallenges: acme !== undefined,
      defaultCertificate: join(tlsDirFor(config), 'default.pem'),
    },
  };
}

export function scaleWindowsFor({ scaling }: PlatformConfig): ScaleWindows {
  return {
    mode: scaling.mode ?? 'fast',
    stableMs: scaling.stableWindowMs,
    panicMs: Math.max(1, Math.round(scaling.stableWindowMs * PANIC_WINDOW_SHARE)),
    zeroGraceMs: scaling.scaleToZeroGraceMs,
  };
}

/** Host user ids of build steps: above those of every project. */
export function buildUsersFor({ users }: PlatformConfig): { readonly base: number; readonly count: number } {
  const ordinal = Math.max(BUILD_USERS_ORDINAL, PROJECTS_MAX);
  return { base: users.base + ordinal * users.perProject, count: users.perProject };
}

/** The last 256 addresses of the platform's range: `10.208.0.0/12` → `10.223.255.0/24`. */
export function buildCidrFor({ network }: PlatformConfig): string {
  const [address = '', prefix = '32'] = network.cidr.split('/');
  const size = 2 ** (32 - Number(prefix));
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = Math.floor(value / size) * size;
  const base = first + size - 2 ** (32 - BUILD_NETWORK_PREFIX);
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256);
  return `${parts.join('.')}/${BUILD_NETWORK_PREFIX}`;
}
