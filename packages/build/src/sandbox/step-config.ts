/**
 * What we change in the OCI configuration buildah writes for one RUN step: environment that the image must not keep, no
 * ambient capabilities, and a user namespace. buildah can do none of these well. Pure; `step-runtime.ts` applies it.
 */

/** Handed to the runtime by the builder, as JSON in a file. */
export interface StepSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly users?: StepUsers;
}

export interface StepUsers {
  /** The users of the machine that those of a step are: `base` is root. */
  readonly base: number;
  readonly count: number;
  /** A user namespace with that mapping, pinned to a file. */
  readonly namespacePath: string;
  /** The overlay folder of the image store. */
  readonly overlayDir: string;
}

interface OciMount {
  readonly destination: string;
  readonly type?: string;
  readonly source?: string;
  readonly options?: readonly string[];
}

/** The part of the OCI runtime specification that is touched. */
export interface OciConfig {
  readonly process: {
    readonly env?: readonly string[];
    readonly capabilities?: Readonly<Record<string, readonly string[]>>;
    readonly [key: string]: unknown;
  };
  readonly root: { readonly path: string; readonly [key: string]: unknown };
  readonly mounts: readonly OciMount[];
  readonly linux: {
    readonly namespaces: readonly { readonly type: string }[];
    readonly maskedPaths?: readonly string[];
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

export function withStepSettings(config: OciConfig, settings: StepSettings): OciConfig {
  const present = new Set((config.process.env ?? []).map((entry) => entry.split('=', 1)[0]));
  const added = Object.entries(settings.environment)
    .filter(([name]) => !present.has(name))
    .map(([name, value]) => `${name}=${value}`);
  return {
    ...config,
    process: {
      ...config.process,
      env: [...(config.process.env ?? []), ...added],
      // With ambient capabilities a step under USER would keep root's rights.
      capabilities: { ...config.process.capabilities, ambient: [] },
      // Newer versions ask for a million open files, which root without CAP_SYS_RESOURCE may not grant: ours are inherited.
      rlimits: [],
    },
  };
}

/** `rootPath`: the step's file system, mounted with shifted users. */
export function withShiftedUsers(config: OciConfig, users: StepUsers, rootPath: string): OciConfig {
  const mapping = [{ containerID: 0, hostID: users.base, size: users.count }];
  return {
    ...config,
    root: { ...config.root, path: rootPath },
    mounts: config.mounts.filter(({ destination }) => destination !== '/sys/fs/cgroup').map(shownSys),
    linux: {
      ...config.linux,
      namespaces: [...config.linux.namespaces, { type: 'user' }],
      maskedPaths: [...(config.linux.maskedPaths ?? []), ...MACHINE_PATHS],
      uidMappings: mapping,
      gidMappings: mapping,
    },
  };
}

/** What the machine's own /sys would tell about other builds and about the machine's network. */
const MACHINE_PATHS = ['/sys/fs/cgroup', '/sys/class/net', '/sys/devices/virtual/net', '/sys/kernel/debug'];

/** sysfs shows a network namespace and may be mounted by its owner only, which a shifted root is not. */
function shownSys(mount: OciMount): OciMount {
  if (mount.destination !== '/sys') return mount;
  return { destination: '/sys', type: 'bind', source: '/sys', options: ['rbind', 'ro', 'nosuid', 'noexec', 'nodev'] };
}
