/**
 * The programs of the distribution that the platform drives, and the packages they come from: one table. The names are
 * the same in Debian 12 and 13 and in Ubuntu 24.04 (there partly in "universe"). Whether all are present is
 * asked of the file system and not of dpkg, because that takes no time and accepts a program installed another way.
 */
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface SystemPart {
  readonly package: string;
  /** Names on the PATH, or absolute paths of programs that are kept elsewhere. */
  readonly programs: readonly string[];
  readonly purpose: string;
}

const COMMON_PARTS: readonly SystemPart[] = [
  { package: 'haproxy', programs: ['haproxy'], purpose: 'routes requests to apps' },
  { package: 'crun', programs: ['crun'], purpose: 'runs containers' },
  { package: 'conmon', programs: ['conmon'], purpose: 'keeps containers while the daemon restarts' },
  { package: 'buildah', programs: ['buildah'], purpose: 'builds images' },
  { package: 'skopeo', programs: ['skopeo'], purpose: 'copies images' },
  { package: 'docker-registry', programs: ['docker-registry'], purpose: 'stores images' },
  { package: 'nftables', programs: ['nft'], purpose: 'keeps projects apart on the network' },
  { package: 'dnsmasq-base', programs: ['dnsmasq'], purpose: 'answers names inside projects' },
  { package: 'mmdebstrap', programs: ['mmdebstrap'], purpose: 'composes base images from packages' },
  { package: 'uidmap', programs: ['newuidmap', 'newgidmap'], purpose: 'maps users of composed images' },
  { package: 'iproute2', programs: ['ip'], purpose: 'makes bridges and network namespaces' },
  { package: 'daemon', programs: ['daemon'], purpose: 'restarts the platform daemon when it ends' },
  { package: 'util-linux', programs: ['nsenter', 'unshare', 'flock', 'taskset'], purpose: 'enters namespaces' },
  { package: 'mount', programs: ['mount', 'umount'], purpose: 'mounts file systems' },
  { package: 'ca-certificates', programs: ['update-ca-certificates'], purpose: 'verifies TLS certificates' },
];

/** From version 1.33 on buildah makes no container without it, though a build's own network leaves it nothing to do. */
const NETAVARK: SystemPart = {
  package: 'netavark',
  programs: ['/usr/lib/podman/netavark'],
  purpose: 'is asked for by newer versions of buildah',
};
/** Releases whose buildah is that new, oldest first. */
const NETAVARK_SINCE: Readonly<Record<string, number>> = { debian: 13, ubuntu: 24.04 };

/** `osRelease` is the text of os-release(5). Pure. */
export function systemPartsFor(osRelease: string): readonly SystemPart[] {
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? '';
  const since = NETAVARK_SINCE[field('ID')];
  return since !== undefined && Number(field('VERSION_ID')) >= since ? [...COMMON_PARTS, NETAVARK] : COMMON_PARTS;
}

/** What the platform needs on this machine. */
export const SYSTEM_PARTS: readonly SystemPart[] = systemPartsFor(readOsRelease());

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    // Not a distribution we know; what is missing is still found by its programs.
    return '';
  }
}

const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The path of a program on the PATH or in the system's folders (a user's PATH often lacks the sbin ones). */
export function findProgram(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (name.startsWith('/')) return isExecutable(name) ? name : undefined;
  const folders = new Set([...(env['PATH'] ?? '').split(delimiter).filter((part) => part !== ''), ...SYSTEM_FOLDERS]);
  return [...folders].map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The parts of which at least one program is missing. */
export function missingParts(
  has: (program: string) => boolean = (name) => findProgram(name) !== undefined,
  parts: readonly SystemPart[] = SYSTEM_PARTS,
) {
  return parts.filter((part) => part.programs.some((program) => !has(program)));
}

export function installArgv(packages: readonly string[]): readonly [string, ...string[]] {
  return ['apt-get', 'install', '--yes', '--no-install-recommends', ...packages];
}

/** The line a person runs when the platform may not. */
export function installLine(packages: readonly string[]): string {
  return `sudo ${installArgv(packages).join(' ')}`;
}

export interface AptProgress {
  readonly phase: 'download' | 'install';
  readonly percent: number;
  readonly what: string;
}

/** A line of apt's status output: `pmstatus:haproxy:33.3:Installing haproxy (amd64)`. */
export function parseAptStatus(line: string): AptProgress | undefined {
  const match = /^(dlstatus|pmstatus):([^:]*(?::[a-z0-9]+)?):(\d+(?:\.\d+)?):(.*)$/.exec(line);
  if (!match) return undefined;
  const phase = match[1] === 'dlstatus' ? 'download' : 'install';
  return { phase, percent: Math.round(Number(match[3])), what: match[4] ?? '' };
}

/** apt says that its lists are too old or missing: one update may help. */
export function needsListUpdate(output: string): boolean {
  return /Unable to locate package|has no installation candidate|404 {1,2}Not Found|Failed to fetch/i.test(output);
}
