/** Installs the machine programs that tests need. Does nothing where they are, so a second run costs one look. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProcess } from '@slipway/process';

const INSTALL_TIMEOUT_MS = 300_000;

/** Program → the Debian package that brings it. */
const PROGRAMS: Readonly<Record<string, string>> = {
  haproxy: 'haproxy',
  crun: 'crun',
  conmon: 'conmon',
  buildah: 'buildah',
  skopeo: 'skopeo',
  'docker-registry': 'docker-registry',
  nft: 'nftables',
  dnsmasq: 'dnsmasq-base',
  mmdebstrap: 'mmdebstrap',
  newuidmap: 'uidmap',
  ip: 'iproute2',
  mount: 'mount',
};
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];

export function findMissingPrograms(names: readonly string[] = Object.keys(PROGRAMS)): readonly string[] {
  return names.filter((name) => !FOLDERS.some((folder) => isExecutable(join(folder, name))));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export async function ensureSystemPackages(): Promise<void> {
  const missing = findMissingPrograms();
  if (missing.length === 0) return;
  const packages = missing.map((name) => PROGRAMS[name] ?? name);
  if (process.getuid?.() !== 0) {
    console.log(`Not root: these packages stay missing and their tests fail: ${packages.join(' ')}`);
    return;
  }
  console.log(`Installing ${packages.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, timeoutMs: INSTALL_TIMEOUT_MS };
  await runProcess(['apt-get', '-qq', 'update'], options);
  await runProcess(['apt-get', '-qq', '-y', '--no-install-recommends', 'install', ...packages], options);
}
