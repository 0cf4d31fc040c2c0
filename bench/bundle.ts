/**
 * The bundles of the baselines: an instance of the platform, written down again so that a runtime called by hand starts
 * the same program with the same namespaces, limits and filter. Baselines get what the platform also has beforehand (a
 * user namespace, a network namespace with its cable, a root that is mounted), so they are not slowed by making it.
 * Source: OCI runtime spec, "config".
 */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runProcess } from '@slipway/process';
import type { OciSeccomp } from '@slipway/engine-host/testing';
import type { ContainerGround } from './container-ground.ts';
import type { LivingInstance } from './living-instances.ts';

/** Fields of an instance's OCI configuration that a bundle changes; the others stay as they are. */
export interface OciConfig {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly mounts: readonly { readonly type: string; readonly source: string }[];
  readonly linux: {
    readonly namespaces: readonly { readonly type: string; readonly path?: string }[];
    readonly cgroupsPath: string;
    readonly uidMappings?: readonly { readonly hostID: number; readonly size: number }[];
    readonly seccomp: object;
  };
}

export interface BundlePlan {
  readonly ground: ContainerGround;
  readonly cgroupsPath: string;
  /** Where the files that are shown inside were copied to. */
  readonly filesDir: string;
  /** The profile to compile at each start; undefined keeps the filter that the platform compiled once. */
  readonly seccomp: OciSeccomp | undefined;
}

/** Pure: the same configuration on other ground. */
export function bundleConfigFor(config: OciConfig, plan: BundlePlan): OciConfig {
  const { annotations, ...rest } = config;
  const paths: Readonly<Record<string, string>> = { user: plan.ground.userPath, network: plan.ground.networkPath };
  return {
    ...rest,
    ...(plan.seccomp === undefined && annotations && { annotations }),
    mounts: config.mounts.map((mount) =>
      mount.type === 'bind' ? { ...mount, source: join(plan.filesDir, basename(mount.source)) } : mount,
    ),
    linux: {
      ...config.linux,
      cgroupsPath: plan.cgroupsPath,
      seccomp: plan.seccomp ?? config.linux.seccomp,
      namespaces: config.linux.namespaces.map(({ type, path }) => ({
        type,
        ...(path !== undefined && { path: paths[type] ?? path }),
      })),
    },
  };
}

export interface InstanceCopy {
  readonly config: OciConfig;
  /** Holds `rootfs` and the files shown inside. */
  readonly folder: string;
}

/** Copies root and configuration of a running instance, with their owners. */
export async function copyInstance(instance: LivingInstance, folder: string): Promise<InstanceCopy> {
  const config = JSON.parse(await readFile(join(instance.bundleDir, 'config.json'), 'utf8')) as OciConfig;
  await mkdir(folder, { recursive: true });
  await runProcess(['cp', '--archive', '--one-file-system', `/proc/${instance.pid}/root/.`, join(folder, 'rootfs')]);
  for (const mount of config.mounts.filter(({ type }) => type === 'bind')) {
    await cp(mount.source, join(folder, basename(mount.source)));
  }
  return { config, folder };
}

export async function writeBundle(folder: string, copy: InstanceCopy, plan: BundlePlan): Promise<string> {
  await mkdir(folder, { recursive: true });
  const config = {
    ...bundleConfigFor(copy.config, plan),
    root: { path: join(copy.folder, 'rootfs'), readonly: false },
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}
