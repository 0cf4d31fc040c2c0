/** What of a platform is there right now, asked of each part by itself, so that a dead daemon hides nothing. */
import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { uptime } from 'node:os';
import { parseProcessStat } from '@slipway/process';
import type { Platform } from '@slipway/spec';
import { platformFlag } from './platform-flag.ts';
import { apiUrl, askPlatform } from './platform-api.ts';
import type { PlatformConfig } from './platform-config.ts';
import { findPlatformProcesses } from './platform-processes.ts';
import { supervisorPid } from './supervisor.ts';
import { isRedirected } from './platform-settings.ts';
import { authorityPath, createTrustLook } from './trust-authority.ts';

const CONNECT_TIMEOUT_MS = 2000;
/** USER_HZ, the same on every Linux. */
const TICKS_PER_SECOND = 100;

export interface PartStatus {
  readonly state: 'running' | 'stopped' | 'failed';
  readonly detail: string;
}

export interface PlatformStatus {
  readonly name: string;
  readonly state: 'ready' | 'starting' | 'stopping' | 'stopped' | 'failed';
  readonly version?: string;
  readonly uptime_seconds?: number;
  readonly api_url: string;
  readonly tls: TlsStatus;
  readonly parts: Readonly<Record<'daemon' | 'api' | 'proxy' | 'registry' | 'dns', PartStatus>>;
  /** Processes of apps that run now. */
  readonly instance_processes: number;
  readonly state_dir: string;
}

export interface TlsStatus {
  /** Absent: there is no HTTPS. */
  readonly address?: string;
  /** The certificate of the platform's own authority, once the daemon has made it. */
  readonly authority_file: string;
  /** This machine trusts it. */
  readonly is_trusted: boolean;
  /** What URLs of apps say; those of projects with a certificate of a public authority always say https. */
  readonly url_scheme: 'http' | 'https';
  readonly redirects: boolean;
  /** The directory of the public authority that gives certificates. */
  readonly acme_directory?: string;
}

export async function readStatus(config: PlatformConfig): Promise<PlatformStatus> {
  const [supervisor, platform, processes, proxyPort, registry] = await Promise.all([
    supervisorPid(config),
    askPlatform(config),
    findPlatformProcesses(config),
    connects(config.http.address, config.http.port),
    askRegistry(config),
  ]);
  const daemon = processes.find(
    // The supervisor's own arguments hold the daemon's.
    (found) => found.program !== 'daemon' && found.command.includes('packages/server/src/main.ts'),
  );
  const isUp = supervisor !== undefined || daemon !== undefined;
  const named = (program: string) => processes.find((found) => found.program.startsWith(program));
  const haproxy = named('haproxy');
  const dns = named('dnsmasq');
  const age = daemon && ageSeconds(await readFile(`/proc/${daemon.pid}/stat`, 'utf8').catch(() => ''), uptime());
  return {
    name: config.name,
    state: overallState(isUp, platform),
    ...(platform ? { version: platform.version } : {}),
    ...(age !== undefined ? { uptime_seconds: age } : {}),
    api_url: apiUrl(config),
    tls: tlsStatus(config, createTrustLook(config)()),
    parts: {
      daemon: part(isUp, daemonDetail(config, isUp, daemon?.pid), isUp && !daemon),
      api: part(isUp, apiUrl(config), isUp && !platform),
      proxy: part(
        haproxy !== undefined || isUp,
        `${config.http.address}:${config.http.port}${haproxy ? `, process ${haproxy.pid}` : ''}`,
        !proxyPort,
      ),
      registry: part(registry || isUp, `${config.registry.address}:${config.registry.port}`, !registry),
      dns: part(dns !== undefined, dns ? `process ${dns.pid}` : 'starts with the first project that needs it', false),
    },
    instance_processes: processes.filter((found) => found.isInstance).length,
    state_dir: config.stateDir,
  };
}

/** Pure. */
export function tlsStatus(config: PlatformConfig, isTrusted: boolean): TlsStatus {
  const { acme, http, https } = config;
  const isHttps = https.port !== 0 && (https.urls === 'https' || (https.urls === 'auto' && isTrusted));
  return {
    ...(https.port !== 0 && { address: `${https.address || http.address}:${https.port}` }),
    authority_file: authorityPath(config),
    is_trusted: isTrusted,
    url_scheme: isHttps ? 'https' : 'http',
    redirects: isRedirected(config),
    ...(acme && { acme_directory: acme.directory }),
  };
}

function daemonDetail({ name }: PlatformConfig, isUp: boolean, pid: number | undefined): string {
  if (pid !== undefined) return `process ${pid}`;
  return isUp ? 'is being started again' : `start it: slipway up${platformFlag(name)}`;
}

function part(expected: boolean, detail: string, failed: boolean): PartStatus {
  if (!expected) return { state: 'stopped', detail };
  return { state: failed ? 'failed' : 'running', detail };
}

/** Pure: the platform's state of whether its daemon runs and what its API says. */
export function overallState(isUp: boolean, platform: Platform | undefined): PlatformStatus['state'] {
  if (platform) return platform.status;
  return isUp ? 'starting' : 'stopped';
}

/** Seconds since a process began, of the text of its /proc/PID/stat. */
export function ageSeconds(processStat: string, machineUptimeSeconds: number): number | undefined {
  const ticks = parseProcessStat(processStat)?.startTicks;
  if (ticks === undefined) return undefined;
  return Math.max(0, Math.round(machineUptimeSeconds - Number(ticks) / TICKS_PER_SECOND));
}

export function connects(address: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = createConnection({ host: address === '0.0.0.0' ? '127.0.0.1' : address, port });
  socket.setTimeout(CONNECT_TIMEOUT_MS, () => finish(false));
  socket.once('connect', () => finish(true));
  socket.once('error', () => finish(false));
  function finish(connected: boolean): void {
    socket.destroy();
    resolve(connected);
  }
  return promise;
}

/** Any answer of `/v2/` but a failure of the registry: without a token it says 401. */
export async function askRegistry(config: PlatformConfig): Promise<boolean> {
  try {
    const response = await fetch(`http://${config.registry.address}:${config.registry.port}/v2/`, {
      signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS),
    });
    return response.status < 500;
  } catch {
    return false;
  }
}
