/**
 * An OCI bundle for the baselines `crun run` and `runc run`: the same program in namespaces of its own, on the host's
 * network, so the baselines do less than the platform does. Source: OCI runtime spec, "config".
 */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface BundleOptions {
  readonly args: readonly string[];
  readonly env: readonly string[];
  /** Folders of the host that the program needs, read-only. */
  readonly hostFolders: readonly string[];
}

export function renderBundleConfig({ args, env, hostFolders }: BundleOptions): object {
  return {
    ociVersion: '1.0.2',
    process: { terminal: false, user: { uid: 0, gid: 0 }, args, env, cwd: '/', noNewPrivileges: true },
    root: { path: 'rootfs', readonly: false },
    hostname: 'bench',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=65536k'] },
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=1777'] },
      ...hostFolders.map((path) => ({ destination: path, type: 'bind', source: path, options: ['rbind', 'ro'] })),
    ],
    linux: { namespaces: ['pid', 'ipc', 'uts', 'mount'].map((type) => ({ type })) },
  };
}

/** Writes the bundle; `files` are copied to the same names in the root folder. */
export async function writeBundle(
  folder: string,
  options: BundleOptions & { readonly files: Readonly<Record<string, string>> },
): Promise<string> {
  await mkdir(join(folder, 'rootfs'), { recursive: true });
  for (const [inside, source] of Object.entries(options.files)) {
    const target = join(folder, 'rootfs', inside);
    await mkdir(dirname(target), { recursive: true });
    await cp(source, target);
  }
  await writeFile(join(folder, 'config.json'), JSON.stringify(renderBundleConfig(options)));
  return folder;
}
