/**
 * From a request to a created sandbox, and from there to a running process: the cold-start path. Small files are written synchronously because each write is
 * microseconds; the only things waited for are conmon and crun, and the root is mounted while conmon loads. Whoever calls
 * this releases everything when it throws, and detaches the root some time after it returns.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RevisionWorkload } from '@slipway/engine';
import type { StoredImage } from '@slipway/images';
import type { HostEngineConfig } from '../host-engine-config.ts';
import { CURRENT_LOG, writeLogMeta } from '../logs/log-folder.ts';
import { mountRoot, type LayerMounts } from '../mount/root-filesystem.ts';
import type { NetworkSlot } from '../network/network-pool.ts';
import { ContainerNotCreated, createContainer, startContainer } from './conmon.ts';
import { readImageFile } from './image-file.ts';
import { writeRecord, type InstanceRecord } from './instance-record.ts';
import { StartFailure, type InstanceRequest } from './instance-runtime.ts';
import { keyOf, type MachineLayout } from './machine-layout.ts';
import { ociConfigFor, type FileMount, type SeccompChoice } from './oci-config.ts';
import { argvFor, environmentFor, hostnameFor, resolveImageUser, UnknownUser, type ImageUser } from './process-plan.ts';
import type { ProjectGround } from './project-ground.ts';
import type { TrustedAuthority } from './trusted-authority.ts';

const PROCESSES_MAX = 1024;
/** The hard limit root here cannot raise is inherited; this soft one suits servers and fits every distribution's. */
const OPEN_FILES_MAX = 65_536;

export interface LaunchParts {
  readonly config: HostEngineConfig;
  readonly layout: MachineLayout;
  readonly layers: LayerMounts;
  readonly seccomp: SeccompChoice;
  readonly openFilesMax: number;
  readonly authority: TrustedAuthority;
}

export interface Launch {
  readonly request: InstanceRequest;
  readonly image: StoredImage;
  readonly ground: ProjectGround;
  readonly slot: NetworkSlot;
  readonly createdAt: string;
}

/** Lowers the wanted limit to what this process may pass on. `limits` is the text of /proc/self/limits. Pure. */
export function openFilesMaxFor(limits: string): number {
  const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(limits)?.[1];
  return hard === undefined ? OPEN_FILES_MAX : Math.min(OPEN_FILES_MAX, Number(hard));
}

/** A container that waits for `beginInstance`. Its record does not say so yet: until it does, it is a start that was cut off. */
export async function createInstance(parts: LaunchParts, launch: Launch): Promise<InstanceRecord> {
  const { layout, config } = parts;
  const { request, image, ground } = launch;
  const key = keyOf(request.instanceName);
  const paths = layout.instance(key);
  const argv = argvFor(image.config, request.revision);
  if (argv.length === 0) {
    throw new StartFailure(
      'executable_not_found',
      'The image names no program to run. Give the app a command, or the image an ENTRYPOINT or CMD',
    );
  }
  const user = userOf(image, request.revision.userId);
  const mounts = mountsFor(ground, request.revision, user.uid);
  const logDir = layout.instanceLogDir(request);
  const begun = recordFor(launch, key, mounts);
  mkdirSync(paths.bundleDir, { recursive: true, mode: 0o711 });
  writeRecord(paths.recordPath, begun);
  mkdirSync(logDir, { recursive: true, mode: 0o750 });
  writeLogMeta(logDir, { revisionName: request.revision.revisionName, createdAt: launch.createdAt });
  const plan = {
    key,
    bundleDir: paths.bundleDir,
    runtimePath: layout.runtimePath,
    runtimeRoot: layout.runtimeRoot,
    exitsDir: layout.exitsDir,
    socketsDir: layout.socketsDir,
    logPath: join(logDir, CURRENT_LOG),
    logBytesMax: config.instanceLog.fileBytesMax,
  };
  const { mapping } = ground;
  const processes = await createContainer(plan, () => {
    const layers = image.layerDirs.map((dir) => (mapping ? parts.layers.target(dir, mapping) : dir));
    mountRoot(paths, layers, mapping?.hostRootId ?? 0);
    writeBundle(parts, launch, { argv, user, mounts, bundleDir: paths.bundleDir });
  }).catch((error: unknown) => {
    throw error instanceof ContainerNotCreated ? failureOf(error, argv[0] ?? '') : error;
  });
  return { ...begun, processes };
}

/** Lets the user's process begin. The caller writes the record down. */
export async function beginInstance(
  { runtimePath, runtimeRoot }: MachineLayout,
  { standsBy, ...waiting }: InstanceRecord,
  createdAt: string,
): Promise<InstanceRecord> {
  const startedAt = standsBy ? createdAt : waiting.instance.startedAt;
  await startContainer({ key: waiting.key, runtimePath, runtimeRoot });
  return { ...waiting, instance: { ...waiting.instance, createdAt, startedAt } };
}

/** No wait between this look and the record, which keeps the folders from being removed. */
function mountsFor(ground: ProjectGround, { mounts = [] }: RevisionWorkload, userId: number): readonly FileMount[] {
  return mounts.map(({ volumeName, path }) => {
    const source = ground.volumeFolder(volumeName, userId);
    if (source !== undefined) return { source, destination: path };
    const message = `The ${volumeName} that is mounted on ${path} does not exist. Create it again, or take the mount out`;
    throw new StartFailure('mount_missing', message);
  });
}

function recordFor(launch: Launch, key: string, mounts: readonly FileMount[]): InstanceRecord {
  const { request, image, ground, slot, createdAt } = launch;
  return {
    key,
    instance: {
      projectId: request.projectId,
      appName: request.appName,
      instanceName: request.instanceName,
      revisionName: request.revision.revisionName,
      address: slot.address,
      port: request.revision.port,
      createdAt,
      startedAt: createdAt,
    },
    imageReference: request.revision.imageReference,
    ordinal: ground.subnet.ordinal,
    ...(mounts.length > 0 && { volumes: mounts.map(({ source }) => source) }),
    stopSignal: stopSignalFor(image.config.stopSignal),
    ephemeralStorageBytes: request.revision.ephemeralStorageBytes,
  };
}

/** `SIGQUIT`, `QUIT`; anything else is SIGTERM. */
export function stopSignalFor(text: string): NodeJS.Signals {
  const name = text.toUpperCase().replace(/^(SIG)?/, 'SIG');
  const known = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGKILL'] as const;
  return known.find((signal) => signal === name) ?? 'SIGTERM';
}

function userOf(image: StoredImage, overrideUid: number | undefined): ImageUser {
  const files = {
    passwd: readImageFile(image.layerDirs, ['etc', 'passwd']),
    group: readImageFile(image.layerDirs, ['etc', 'group']),
  };
  try {
    return resolveImageUser(image.config.user, files, overrideUid);
  } catch (error) {
    if (!(error instanceof UnknownUser)) throw error;
    throw new StartFailure(
      'runtime_error',
      `The program cannot run as the image's user: ${error.message}. Correct USER in the image`,
      { cause: error },
    );
  }
}

function writeBundle(
  parts: LaunchParts,
  launch: Launch,
  program: {
    readonly argv: readonly string[];
    readonly user: ImageUser;
    readonly mounts: readonly FileMount[];
    readonly bundleDir: string;
  },
): void {
  const { request, image, ground, slot } = launch;
  const { revision } = request;
  const { bundleDir, user } = program;
  const hostname = hostnameFor(request.instanceName);
  const trust = parts.authority.trustFor(image);
  const { instanceApi } = parts.config;
  const apiLine = instanceApi ? `${ground.subnet.gateway} ${instanceApi.host}\n` : '';
  const files = {
    hosts: `127.0.0.1 localhost\n${slot.address} ${hostname}\n${apiLine}`,
    hostname: `${hostname}\n`,
    'resolv.conf': `nameserver ${ground.subnet.gateway}\n`,
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(bundleDir, name), content, { mode: 0o644 });
  const config = ociConfigFor({
    rootPath: 'rootfs',
    argv: program.argv,
    workingDir: image.config.workingDir === '' ? '/' : image.config.workingDir,
    environment: { ...trust.environment, ...environmentFor(image.config, revision, { hostname, home: user.home }) },
    user: { uid: user.uid, gid: user.gid, additionalGids: user.additionalGids },
    hostname,
    userNamespace: ground.mapping && {
      path: ground.mapping.userNamespacePath,
      ids: { hostId: ground.mapping.hostRootId, size: parts.config.users.perProject },
    },
    networkNamespacePath: slot.namespacePath,
    cgroupsPath: `${parts.layout.cgroupParent}/${keyOf(request.instanceName)}`,
    memoryBytes: revision.memoryBytes,
    cpuMillis: revision.cpuMillis,
    processesMax: PROCESSES_MAX,
    openFilesMax: parts.openFilesMax,
    seccomp: parts.seccomp,
    files: [
      ...trust.mounts,
      ...Object.keys(files).map((name) => ({ source: join(bundleDir, name), destination: `/etc/${name}` })),
      ...program.mounts,
    ],
  });
  writeFileSync(join(bundleDir, 'config.json'), JSON.stringify(config), { mode: 0o600 });
}

/** crun's message as the owner's sentence. */
export function failureOf(error: unknown, program: string): StartFailure {
  const words = error instanceof ContainerNotCreated ? error.message : '';
  if (/executable file .* not found|open executable|cannot find .* in \$?PATH/i.test(words)) {
    const message = `The program "${program}" does not exist in the image or is not executable. Correct the command, or the image's ENTRYPOINT and CMD`;
    return new StartFailure('executable_not_found', message, { cause: error });
  }
  if (/not a directory/i.test(words)) {
    const message =
      'The instance could not be created: a config map or secret is mounted on a file of the image. Mount it on a folder';
    return new StartFailure('runtime_error', message, { cause: error });
  }
  const message = 'The instance could not be created: the container runtime refused it';
  return new StartFailure('runtime_error', message, { cause: error, mayPass: true });
}
