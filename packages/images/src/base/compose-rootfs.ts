/** The root file system of `slipway/base`: mmdebstrap from the distribution's packages, packed as one layer. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProcess } from '@slipway/process';
import type { Machine } from './base-recipe.ts';
import { SOURCE_DATE_EPOCH } from './oci-layout.ts';
import { EXTRA_CA_DIR } from './read-machine.ts';

const COMPOSE_TIMEOUT_MS = 10 * 60_000;
/**
 * mmdebstrap mounts /dev, /proc and /sys into the new root. In namespaces of its own these mounts and all its processes
 * are gone however it ends, so that removing its working folder can never reach into the machine's own /sys.
 */
const CONFINED = [
  'unshare',
  '--mount',
  '--propagation=private',
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
] as const;
const CUSTOMIZE = fileURLToPath(new URL('../../assets/customize-rootfs', import.meta.url));

/** Documentation and translations make a third of the files; licences stay. These settings stay in the image. */
const DPKG_OPTIONS = [
  'path-exclude=/usr/share/man/*',
  'path-exclude=/usr/share/info/*',
  'path-exclude=/usr/share/locale/*',
  'path-exclude=/usr/share/doc/*',
  'path-include=/usr/share/doc/*/copyright',
  // Layers are written once and thrown away when that fails: no need to wait for the disk after each file.
  'force-unsafe-io',
] as const;
const APT_OPTIONS = ['APT::Install-Recommends "false"', 'Acquire::Languages "none"'] as const;

export function mmdebstrapArguments(
  machine: Machine,
  archivePath: string,
  customizePath: string = CUSTOMIZE,
): readonly string[] {
  return [
    '--variant=minbase',
    '--format=tar',
    '--include=ca-certificates',
    ...DPKG_OPTIONS.map((option) => `--dpkgopt=${option}`),
    ...APT_OPTIONS.map((option) => `--aptopt=${option}`),
    `--customize-hook=${customizePath}`,
    machine.distribution.codename,
    archivePath,
    ...machine.aptSources,
  ];
}

/** How far mmdebstrap is when it says so, from the times its parts took, and what it does in our words. */
const PROGRESS: readonly (readonly [RegExp, number, string])[] = [
  [/running apt-get update/, 2, 'reading package lists'],
  [/downloading packages/, 8, 'downloading packages'],
  [/extracting archives/, 12, 'unpacking'],
  [/installing essential/, 50, 'installing essential packages'],
  [/installing remaining/, 75, 'installing the other packages'],
  [/running --customize-hook/, 92, 'adding users and certificates'],
  [/creating tarball/, 96, 'packing'],
];

export function progressOf(line: string): { readonly percent: number; readonly detail: string } | undefined {
  const found = PROGRESS.find(([pattern]) => pattern.test(line));
  return found && { percent: found[1], detail: found[2] };
}

export async function composeRootfs(
  machine: Machine,
  archivePath: string,
  options: { readonly signal: AbortSignal; readonly onProgress: (percent: number, detail: string) => void },
): Promise<void> {
  const env = {
    ...process.env,
    SOURCE_DATE_EPOCH: String(SOURCE_DATE_EPOCH),
    DEBIAN_FRONTEND: 'noninteractive',
    // What an aborted run leaves behind is removed with the working folder.
    TMPDIR: dirname(archivePath),
    ...(machine.extraCaSha256 === '' ? {} : { SLIPWAY_CA_DIR: EXTRA_CA_DIR }),
  };
  await runProcess([...CONFINED, 'mmdebstrap', ...mmdebstrapArguments(machine, archivePath)], {
    env,
    signal: options.signal,
    timeoutMs: COMPOSE_TIMEOUT_MS,
    onLine(line) {
      const progress = progressOf(line);
      if (progress) options.onProgress(progress.percent, progress.detail);
    },
  });
}
