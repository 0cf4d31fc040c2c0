/** Checks of the machine itself: what the kernel offers, and whether there is room. Each really tries what it claims. */
import { mkdtemp, mkdir, readFile, rm, statfs } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { lookup } from 'node:dns/promises';
import { freemem, release, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { runProcess } from '@slipway/process';
import { findProgram, installLine } from '../system-packages.ts';
import { failed, ok, warning, type Check, type CheckFinding } from './check.ts';

const GIB = 1024 ** 3;
const NODE_MIN = [24, 12] as const;
/** overlayfs over idmapped layers came with 5.19. */
const KERNEL_IDMAP = [5, 19] as const;
/** cgroup namespaces, overlayfs in user namespaces and mount_setattr. */
const KERNEL_MIN = [5, 12] as const;
/** Before this the clock is certainly wrong: certificates and image dates would fail. */
const CLOCK_MIN = Date.UTC(2026, 0, 1);

export function machineChecks(folders: { readonly stateDir: string; readonly cacheDir: string }): readonly Check[] {
  return [
    { id: 'node', title: 'Node.js', run: async () => nodeFinding(process.version) },
    { id: 'root', title: 'Root', run: async () => rootFinding() },
    { id: 'kernel', title: 'Kernel', run: async () => kernelFinding(release()) },
    {
      id: 'cgroups',
      title: 'Control groups',
      run: async () => cgroupFinding(await readFile('/proc/self/mountinfo', 'utf8')),
    },
    { id: 'overlay', title: 'Overlay file system', run: tryOverlay },
    { id: 'user_namespaces', title: 'User namespaces', run: tryUserNamespace },
    { id: 'idmapped_mounts', title: 'Idmapped mounts', run: async () => idmapFinding(release()) },
    { id: 'nftables', title: 'nftables', run: tryNftables },
    { id: 'localhost_names', title: 'Names *.localhost', run: tryLocalhostNames },
    { id: 'certificates', title: 'CA certificates', run: tryCertificates },
    { id: 'memory', title: 'Memory', run: async () => memoryFinding(totalmem(), await availableMemory()) },
    { id: 'disk_state', title: 'Disk of the state', run: () => tryDisk(folders.stateDir) },
    { id: 'disk_cache', title: 'Disk of the cache', run: () => tryDisk(folders.cacheDir) },
    { id: 'clock', title: 'Clock', run: async () => clockFinding(Date.now()) },
  ];
}

/** True when `6.18.44-…` or `v24.21.0` is at least major.minor. */
export function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version
    .replace(/^\D*/, '')
    .split(/[.\-~+]/)
    .map(Number);
  return a > major || (a === major && b >= minor);
}

function nodeFinding(version: string): CheckFinding {
  if (isAtLeast(version, NODE_MIN)) return ok(version);
  return failed(`${version} is too old`, 'Start Slipway with ./slipway: it fetches the right one');
}

function rootFinding(): CheckFinding {
  if (process.getuid?.() === 0) return ok('yes');
  return warning('no: checks that need root are limited', 'Run it with sudo');
}

export function kernelFinding(version: string): CheckFinding {
  const text = KERNEL_MIN.join('.');
  return isAtLeast(version, KERNEL_MIN)
    ? ok(version)
    : failed(`${version} is too old`, `Boot a kernel ${text} or newer (Debian 12 and Ubuntu 24.04 have one)`);
}

export function idmapFinding(version: string): CheckFinding {
  if (isAtLeast(version, KERNEL_IDMAP)) return ok(`kernel ${KERNEL_IDMAP.join('.')} or newer`);
  return failed(
    `kernel ${version} cannot map image layers to a project's users`,
    `Boot a kernel ${KERNEL_IDMAP.join('.')} or newer (Debian 12 and Ubuntu 24.04 have one)`,
  );
}

/** Pure: which cgroup layout the mount table shows. */
export function cgroupFinding(mountInfo: string): CheckFinding {
  const mounts = mountInfo.split('\n').map((line) => {
    const [left = '', right = ''] = line.split(' - ');
    return { point: left.split(' ')[4] ?? '', kind: right.split(' ')[0] ?? '' };
  });
  const unified = mounts.find((mount) => mount.kind === 'cgroup2');
  const legacy = mounts.some((mount) => mount.kind === 'cgroup');
  if (unified && !legacy) return ok('version 2');
  if (unified) return ok('hybrid: the platform hides the version 2 part from its containers');
  if (legacy) return ok('version 1');
  return failed('none mounted', 'Mount them: sudo mount -t cgroup2 none /sys/fs/cgroup');
}

async function tryOverlay(): Promise<CheckFinding> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-doctor-'));
  try {
    const [lower, upper, work, target] = ['lower', 'upper', 'work', 'target'].map((name) => join(folder, name));
    for (const path of [lower, upper, work, target]) await mkdir(path ?? '');
    // In a mount namespace of its own, so that nothing is left even when this process is killed.
    const mount = ['mount', '-t', 'overlay', 'overlay', '-o', `lowerdir=${lower},upperdir=${upper},workdir=${work}`];
    await runProcess(['unshare', '--mount', '--', ...mount, target ?? '']);
    return ok('mounts');
  } catch (error) {
    const fix =
      process.getuid?.() === 0
        ? 'Load it: sudo modprobe overlay; in a container: run it privileged'
        : 'Run it with sudo';
    return problem(error, fix);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tryUserNamespace(): Promise<CheckFinding> {
  try {
    await runProcess(['unshare', '--user', '--map-root-user', '--', 'true']);
    return ok('can be made');
  } catch (error) {
    return problem(error, 'Allow them: sudo sysctl -w user.max_user_namespaces=15000');
  }
}

async function tryNftables(): Promise<CheckFinding> {
  if (!findProgram('nft')) return failed('not tried, "nft" is missing', installLine(['nftables']));
  const table = `slipway_doctor_${process.pid}`;
  try {
    // One transaction: the kernel really makes the table, and it is gone when the program ends.
    const stdin = `add table inet ${table}\nadd chain inet ${table} c { type filter hook input priority 0; }\ndelete table inet ${table}\n`;
    await runProcess(['nft', '-f', '-'], { stdin });
    return ok('a table was added and removed');
  } catch (error) {
    const fix = process.getuid?.() === 0 ? 'Load it: sudo modprobe nf_tables' : 'Run it with sudo';
    return problem(error, fix);
  }
}

async function tryLocalhostNames(): Promise<CheckFinding> {
  const name = 'slipway-doctor.localhost';
  const addresses = await lookup(name, { all: true }).catch(() => []);
  if (addresses.length > 0 && addresses.every(({ address }) => address === '::1' || address.startsWith('127.'))) {
    return ok('lead to this machine');
  }
  return warning(
    `"${name}" is not known to this machine's resolver`,
    'Browsers and curl know it by themselves; for other programs: sudo apt-get install libnss-myhostname',
  );
}

async function tryCertificates(): Promise<CheckFinding> {
  const path = process.env['SSL_CERT_FILE'] ?? '/etc/ssl/certs/ca-certificates.crt';
  const text = await readFile(path, 'utf8').catch(() => '');
  const count = text.split('-----BEGIN CERTIFICATE-----').length - 1;
  if (count > 0) return ok(`${count} in ${path}`);
  return failed(`none in ${path}`, 'sudo apt-get install ca-certificates');
}

async function availableMemory(): Promise<number> {
  const info = await readFile('/proc/meminfo', 'utf8');
  const match = /^MemAvailable:\s+(\d+) kB/m.exec(info);
  return match ? Number(match[1]) * 1024 : freemem();
}

export function memoryFinding(totalBytes: number, availableBytes: number): CheckFinding {
  const detail = `${gib(availableBytes)} free of ${gib(totalBytes)}`;
  if (availableBytes < 0.25 * GIB) return failed(detail, 'End something, or use a machine with 2 GiB or more');
  return availableBytes < GIB ? warning(detail, 'Builds may run out of memory; 1 GiB free is good') : ok(detail);
}

async function tryDisk(folder: string): Promise<CheckFinding> {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = await statfs(existing);
  return diskFinding(folder, bavail * bsize);
}

export function diskFinding(folder: string, freeBytes: number): CheckFinding {
  const detail = `${gib(freeBytes)} free in ${folder}`;
  if (freeBytes < 2 * GIB) return failed(detail, 'Free space: base images and builds need 2 GiB at least');
  return freeBytes < 10 * GIB ? warning(detail, '10 GiB are good for a few apps and their build caches') : ok(detail);
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}

export function clockFinding(nowMs: number): CheckFinding {
  const text = new Date(nowMs).toISOString();
  return nowMs > CLOCK_MIN
    ? ok(text)
    : failed(`${text} is in the past`, 'Set the clock: sudo timedatectl set-ntp true');
}

export function problem(error: unknown, fix: string): CheckFinding {
  return failed(error instanceof Error ? error.message : String(error), fix);
}
