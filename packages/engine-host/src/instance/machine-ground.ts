/**
 * What the platform needs of the machine once, and how it gives it all back: folders, routing, the compiled seccomp
 * profile, and the answer whether this kernel can map user ids.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EngineFault } from '@slipway/engine';
import { mountIdmapped, pinUserNamespace, unmount } from '@slipway/kernel';
import { askForQuickMoves } from '../cgroup/quick-moves.ts';
import { createCgroupTree, type CgroupTree } from '../cgroup/cgroup-tree.ts';
import type { HostEngineConfig } from '../host-engine-config.ts';
import type { HostLog } from '../host-log.ts';
import { bridgeName, cableName, parseAddress, parseRange } from '../network/address-plan.ts';
import { removeBridgeGuard } from '../network/bridge-guard.ts';
import { removeFirewall } from '../network/firewall.ts';
import { devicesOf, prepareRouting, removeDevices, removeRouting } from '../network/project-bridge.ts';
import { isOfOtherBoot, noteBoot } from './boot-note.ts';
import { compileSeccomp } from './compiled-seccomp.ts';
import { openFilesMaxFor, type LaunchParts } from './instance-launch.ts';
import type { MachineLayout } from './machine-layout.ts';
import { RUNTIME_PATH, sealRuntime, unsealRuntime } from './sealed-runtime.ts';
import { NO_AUTHORITY, openTrustedAuthority } from './trusted-authority.ts';
import { seccompProfileFor, type DistributionProfile } from './seccomp-profile.ts';

const SECCOMP_PROFILE_PATH = '/usr/share/containers/seccomp.json';

export interface MachineGround {
  readonly cgroups: CgroupTree;
  readonly usersMapped: boolean;
  readonly launch: Pick<LaunchParts, 'authority' | 'seccomp' | 'openFilesMax'>;
}

export interface MachineGroundParts {
  readonly config: HostEngineConfig;
  readonly layout: MachineLayout;
  readonly log: HostLog;
}

export async function prepareMachine({ config, layout, log }: MachineGroundParts): Promise<MachineGround> {
  const { authorityFile } = config;
  prepareFolders(layout);
  await prepareRouting(config.network.cidr);
  const profile = seccompProfileFor(
    JSON.parse(readFileSync(SECCOMP_PROFILE_PATH, 'utf8')) as DistributionProfile,
    process.arch,
  );
  const compiledBase64 = await compileSeccomp(profile, {
    runtimePath: RUNTIME_PATH,
    runtimeRoot: layout.runtimeRoot,
    workDir: layout.runDir,
  });
  if (compiledBase64 === undefined) log.warn('crun leaves no compiled seccomp profile: every start compiles its own');
  sealRuntime(layout.runtimePath);
  const { platformId } = config;
  if (!askForQuickMoves({ dir: join(layout.runDir, 'quick-moves'), platformId })) {
    log.info('The kernel does not favor quick moves into control groups: starts from zero take longer');
  }
  const usersMapped = await canMapUsers(layout, config, log);
  return {
    cgroups: createCgroupTree(layout.cgroupParent),
    usersMapped,
    launch: {
      seccomp: compiledBase64 === undefined ? { profile } : { compiledBase64 },
      openFilesMax: openFilesMaxFor(readFileSync('/proc/self/limits', 'utf8')),
      authority:
        authorityFile === undefined ? NO_AUTHORITY : await openTrustedAuthority(authorityFile, layout.bundlesDir),
    },
  };
}

/**
 * The run folder's way must be open for the users of instances (search only): crun looks up the root from inside the
 * user namespace. After a reboot that kept the run folder, nothing in it is true any more.
 */
function prepareFolders(layout: MachineLayout): void {
  mkdirSync(layout.runDir, { recursive: true });
  chmodSync(layout.runDir, 0o711);
  const bootIdPath = join(layout.runDir, 'boot-id');
  if (isOfOtherBoot(bootIdPath)) {
    for (const dir of runFolders(layout)) rmSync(dir, { recursive: true, force: true });
  }
  for (const dir of runFolders(layout)) mkdirSync(dir, { recursive: true, mode: 0o711 });
  noteBoot(bootIdPath);
  mkdirSync(layout.stateDir, { recursive: true, mode: 0o700 });
  for (const dir of [layout.scratchDir, layout.logsDir]) mkdirSync(dir, { recursive: true, mode: 0o700 });
}

function runFolders(layout: MachineLayout): readonly string[] {
  return [
    layout.instancesDir,
    layout.exitsDir,
    layout.layersDir,
    layout.usersDir,
    layout.volumesDir,
    layout.networksDir,
    layout.runtimeRoot,
    layout.runtimeDir,
    layout.socketsDir,
    layout.nameServerDir,
  ];
}

async function canMapUsers(layout: MachineLayout, config: HostEngineConfig, log: HostLog): Promise<boolean> {
  const namespacePath = join(layout.usersDir, 'probe');
  const target = join(layout.runDir, 'probe');
  try {
    await pinUserNamespace(namespacePath, { hostId: config.users.base, size: config.users.perProject });
    mkdirSync(target, { recursive: true });
    mountIdmapped(layout.stateDir, target, { userNamespacePath: namespacePath, writable: false });
    return true;
  } catch (error) {
    if (!config.users.allowHostUsers) {
      const message =
        'Cannot run instances apart from the host: this kernel does not map user ids of mounts. Use Linux 5.19 or newer, or allow host users';
      throw new EngineFault('engine_unavailable', message, { cause: error });
    }
    log.warn('Instances run without a user namespace: this kernel does not map user ids of mounts', { error });
    return false;
  } finally {
    unmount(target);
    if (existsSync(target)) rmdirSync(target);
    unmount(namespacePath);
    rmSync(namespacePath, { force: true });
  }
}

/** Devices with our prefix that belong to no project and no living instance. */
export async function removeStrayDevices(
  config: HostEngineConfig,
  wanted: { readonly ordinals: readonly number[]; readonly addresses: readonly string[] },
): Promise<void> {
  const { platformId } = config;
  const { base } = parseRange(config.network.cidr);
  const keep = new Set([
    ...wanted.ordinals.map((ordinal) => bridgeName(platformId, ordinal)),
    ...wanted.addresses.map((address) => cableName(platformId, parseAddress(address) - base)),
  ]);
  await removeDevices(devicesOf(platformId).filter((name) => !keep.has(name)));
}

/** Nothing of the platform stays. The run and state folders themselves belong to who made them; what we made in them goes. */
export async function clearMachine(
  config: HostEngineConfig,
  parts: { readonly layout: MachineLayout; readonly cgroups: CgroupTree },
): Promise<void> {
  const { layout, cgroups } = parts;
  for (const dir of [layout.usersDir, layout.volumesDir]) for (const name of readdirSync(dir)) unmount(join(dir, name));
  unsealRuntime(layout.runtimePath);
  await cgroups.removeParent();
  await removeDevices(devicesOf(config.platformId));
  await removeRouting(config.network.cidr);
  await removeFirewall(config.platformId);
  await removeBridgeGuard(config.platformId);
  for (const dir of [...runFolders(layout), layout.scratchDir, layout.logsDir])
    rmSync(dir, { recursive: true, force: true });
  const notes = ['boot-id', 'boot-id.tmp'].map((name) => join(layout.runDir, name));
  for (const file of [layout.projectsPath, ...notes]) rmSync(file, { force: true });
}
