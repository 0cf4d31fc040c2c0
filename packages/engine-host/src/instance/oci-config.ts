/**
 * The OCI runtime configuration of one instance (https://github.com/opencontainers/runtime-spec/blob/v1.0.2/config.md):
 * what the user's process may see, use and do. Pure, so that a golden test shows every line of it. The invariants: no new
 * privileges, our seccomp profile, own namespaces of every kind, hard limits of memory, CPU and processes; a capability
 * only for root of a user namespace, and only those with which it manages its own users and files.
 */
import type { OciSeccomp } from './seccomp-profile.ts';

export interface IdRange {
  readonly hostId: number;
  readonly size: number;
}

/**
 * The profile, or crun's own compilation of it. Beside a compiled one stands a section that refuses every system call:
 * a runtime that did not know the annotation could start nothing, instead of starting without a filter.
 */
export type SeccompChoice = { readonly profile: OciSeccomp } | { readonly compiledBase64: string };

const SECCOMP_ANNOTATION = 'run.oci.seccomp_bpf_data';
const SECCOMP_CLOSED = { defaultAction: 'SCMP_ACT_ERRNO' } as const;

export interface FileMount {
  readonly source: string;
  readonly destination: string;
}

export interface OciConfigRequest {
  readonly rootPath: string;
  readonly argv: readonly string[];
  readonly workingDir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: { readonly uid: number; readonly gid: number; readonly additionalGids: readonly number[] };
  readonly hostname: string;
  /** Undefined runs without a user namespace, which only an operator can allow. */
  readonly userNamespace: { readonly path: string; readonly ids: IdRange } | undefined;
  readonly networkNamespacePath: string;
  readonly cgroupsPath: string;
  readonly memoryBytes: number;
  readonly cpuMillis: number;
  readonly processesMax: number;
  readonly openFilesMax: number;
  readonly seccomp: SeccompChoice;
  /** Host files and folders shown read-only inside, e.g. resolv.conf. */
  readonly files: readonly FileMount[];
}

const CPU_PERIOD_US = 100_000;
const SHARED_MEMORY_BYTES = 64 * 1024 * 1024;

const MASKED_PATHS: readonly string[] = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
];

const READONLY_PATHS: readonly string[] = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/**
 * What images that start as root ordinarily need: nginx gives its workers another user, entrypoints prepare folders. In a
 * user namespace these reach the project's own ids only. Ports below 1024 need none: they are open to everyone in the
 * instance's own network namespace.
 */
const ROOT_CAPABILITIES: readonly string[] = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETUID',
];

export function ociConfigFor(request: OciConfigRequest): object {
  const isMappedRoot = request.userNamespace !== undefined && request.user.uid === 0;
  const held = isMappedRoot ? ROOT_CAPABILITIES : [];
  return {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user: request.user,
      args: request.argv,
      env: Object.entries(request.environment).map(([name, value]) => `${name}=${value}`),
      cwd: request.workingDir,
      capabilities: { bounding: held, effective: held, permitted: held, inheritable: [], ambient: [] },
      rlimits: [
        { type: 'RLIMIT_CORE', hard: 0, soft: 0 },
        { type: 'RLIMIT_NOFILE', hard: request.openFilesMax, soft: request.openFilesMax },
      ],
      noNewPrivileges: true,
    },
    root: { path: request.rootPath, readonly: false },
    hostname: request.hostname,
    mounts: mountsFor(request),
    ...('compiledBase64' in request.seccomp && {
      annotations: { [SECCOMP_ANNOTATION]: request.seccomp.compiledBase64 },
    }),
    linux: linuxFor(request),
  };
}

function mountsFor(request: OciConfigRequest): readonly object[] {
  const fixed = ['nosuid', 'noexec', 'nodev'];
  return [
    { destination: '/proc', type: 'proc', source: 'proc', options: fixed },
    {
      destination: '/dev',
      type: 'tmpfs',
      source: 'tmpfs',
      options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
    },
    {
      destination: '/dev/pts',
      type: 'devpts',
      source: 'devpts',
      options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
    },
    {
      destination: '/dev/shm',
      type: 'tmpfs',
      source: 'shm',
      options: [...fixed, 'mode=1777', `size=${Math.min(SHARED_MEMORY_BYTES, request.memoryBytes)}`],
    },
    { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: fixed },
    { destination: '/sys', type: 'sysfs', source: 'sysfs', options: [...fixed, 'ro'] },
    { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: [...fixed, 'relatime', 'ro'] },
    ...request.files.map((file) => ({
      destination: file.destination,
      type: 'bind',
      source: file.source,
      options: ['bind', 'ro', 'nosuid', 'nodev', 'noexec'],
    })),
  ];
}

function linuxFor(request: OciConfigRequest): object {
  const mapping = request.userNamespace && [
    { containerID: 0, hostID: request.userNamespace.ids.hostId, size: request.userNamespace.ids.size },
  ];
  return {
    ...(mapping && { uidMappings: mapping, gidMappings: mapping }),
    namespaces: [
      ...(request.userNamespace ? [{ type: 'user', path: request.userNamespace.path }] : []),
      { type: 'network', path: request.networkNamespacePath },
      { type: 'pid' },
      { type: 'ipc' },
      { type: 'uts' },
      { type: 'mount' },
      { type: 'cgroup' },
    ],
    cgroupsPath: request.cgroupsPath,
    resources: {
      devices: [{ allow: false, access: 'rwm' }],
      memory: { limit: request.memoryBytes, swap: request.memoryBytes },
      cpu: {
        period: CPU_PERIOD_US,
        quota: Math.max(1000, Math.round((request.cpuMillis * CPU_PERIOD_US) / 1000)),
        shares: Math.max(2, Math.round((request.cpuMillis * 1024) / 1000)),
      },
      pids: { limit: request.processesMax },
    },
    seccomp: 'profile' in request.seccomp ? request.seccomp.profile : SECCOMP_CLOSED,
    maskedPaths: MASKED_PATHS,
    readonlyPaths: READONLY_PATHS,
  };
}
