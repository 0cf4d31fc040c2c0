/**
 * Where one platform keeps its things on the machine. Paths in the run folder are short on purpose: an overlay's option
 * string may hold 4,096 bytes and a socket's path 108. An instance's key is a short hash of its name, because a name may
 * have 75 characters; the record beside it holds the name.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { HostEngineConfig } from '../host-engine-config.ts';

const KEY_HEX_DIGITS = 12;

export function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, KEY_HEX_DIGITS);
}

export interface InstancePaths {
  readonly bundleDir: string;
  readonly rootDir: string;
  readonly recordPath: string;
  readonly exitPath: string;
  /** Holds the writable layer; on disk, never on the run folder's memory. */
  readonly scratchDir: string;
}

export type MachineLayout = ReturnType<typeof machineLayoutFor>;

export function machineLayoutFor(config: Pick<HostEngineConfig, 'platformId' | 'stateDir' | 'runDir'>) {
  const { stateDir, runDir, platformId } = config;
  const instancesDir = join(runDir, 'i');
  const exitsDir = join(runDir, 'exits');
  const scratchDir = join(stateDir, 'scratch');
  return {
    stateDir,
    runDir,
    instancesDir,
    exitsDir,
    scratchDir,
    layersDir: join(runDir, 'l'),
    usersDir: join(runDir, 'u'),
    volumesDir: join(runDir, 'v'),
    networksDir: join(runDir, 'n'),
    runtimeRoot: join(runDir, 'crun'),
    /** crun's own file, mounted read-only; named like it, so that its processes are recognised. */
    runtimeDir: join(runDir, 'b'),
    runtimePath: join(runDir, 'b', 'crun'),
    socketsDir: join(runDir, 's'),
    nameServerDir: join(runDir, 'dns'),
    projectsPath: join(stateDir, 'projects.json'),
    logsDir: join(stateDir, 'logs'),
    bundlesDir: join(stateDir, 'ca-bundles'),
    cgroupParent: `/slipway-${platformId}`,
    instance(key: string): InstancePaths {
      const bundleDir = join(instancesDir, key);
      return {
        bundleDir,
        rootDir: join(bundleDir, 'rootfs'),
        recordPath: join(bundleDir, 'record.json'),
        exitPath: join(exitsDir, key),
        scratchDir: join(scratchDir, key),
      };
    },
    instanceLogDir(instance: { projectId: string; appName: string; instanceName: string }): string {
      return join(stateDir, 'logs', instance.projectId, instance.appName, instance.instanceName);
    },
  };
}
