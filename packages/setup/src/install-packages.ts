/**
 * Installs what is missing with apt. Services of the new packages are neither started (policy-rc.d, see Debian policy
 * 9.3.3) nor left enabled: the platform starts its own. A package that was there before is not touched.
 */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { ProcessFailure, runProcess } from '@slipway/process';
import { SetupFault } from './setup-fault.ts';
import {
  findProgram,
  installArgv,
  installLine,
  missingParts,
  needsListUpdate,
  parseAptStatus,
  SYSTEM_PARTS,
  type SystemPart,
} from './system-packages.ts';

const APT_TIMEOUT_MS = 15 * 60_000;
const LOCK_WAIT_SECONDS = 300;
const POLICY_FILE = '/usr/sbin/policy-rc.d';
const POLICY_TEXT =
  '#!/bin/sh\n# Slipway: no service is started while its packages are installed. Removed afterwards.\nexit 101\n';

export interface InstallProgress {
  /** One line for people, such as `downloading 40 %`. */
  readonly onProgress: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Returns the packages it installed: none when every program was present. `wanted` is what the platform needs. */
export async function ensureSystemPackages(
  progress: InstallProgress,
  wanted: readonly SystemPart[] = SYSTEM_PARTS,
): Promise<readonly string[]> {
  const parts = missingParts(undefined, wanted);
  if (parts.length === 0) return [];
  const packages = parts.map((part) => part.package);
  if (!findProgram('apt-get')) throw withoutApt(parts);
  if (process.getuid?.() !== 0) {
    throw new SetupFault(`Cannot install ${packages.join(', ')}: this needs root`, [
      `Run: ${installLine(packages)}`,
      'Or run the same slipway command with sudo',
    ]);
  }
  await using _policy = await holdServicesBack();
  if (!(await hasPackageLists())) await updateLists(progress);
  try {
    await install(packages, progress);
  } catch (error) {
    if (!(error instanceof ProcessFailure) || !needsListUpdate(error.stdout + error.stderr)) {
      throw installFault(packages, error);
    }
    await updateLists(progress);
    await install(packages, progress).catch((second: unknown) => {
      throw installFault(packages, second);
    });
  }
  await disableNewServices(packages);
  const still = missingParts(undefined, wanted);
  if (still.length > 0) {
    throw new SetupFault(`Cannot find ${still.flatMap((part) => part.programs).join(', ')} after the installation`, [
      `Look at it by hand: ${installLine(still.map((part) => part.package))}`,
    ]);
  }
  return packages;
}

function withoutApt(parts: readonly SystemPart[]): SetupFault {
  return new SetupFault(
    'Cannot install what is missing: this system has no apt-get (Debian 12+ or Ubuntu 24.04+ is expected)',
    [
      'Install these programs with your package manager, then run the command again:',
      ...parts.map((part) => `  ${part.programs.join(', ')} (${part.purpose})`),
    ],
  );
}

function installFault(packages: readonly string[], cause: unknown): SetupFault {
  const said = cause instanceof ProcessFailure ? lastErrors(cause.stdout + cause.stderr) : [];
  return new SetupFault(
    `Cannot install ${packages.join(', ')}: apt-get failed`,
    [...said, `Try it by hand: ${installLine(packages)}`],
    {
      cause,
    },
  );
}

function lastErrors(output: string): readonly string[] {
  return output
    .split('\n')
    .filter((line) => /^(E|W|Err)[: ]/.test(line))
    .slice(-5);
}

async function hasPackageLists(): Promise<boolean> {
  const files = await readdir('/var/lib/apt/lists').catch(() => []);
  return files.some((file) => file.includes('_Packages'));
}

async function updateLists(progress: InstallProgress): Promise<void> {
  progress.onProgress('updating the package lists');
  await apt(['apt-get', 'update', ...APT_OPTIONS], progress);
}

async function install(packages: readonly string[], progress: InstallProgress): Promise<void> {
  progress.onProgress(`installing ${packages.join(' ')}`);
  await apt([...installArgv(packages), ...APT_OPTIONS], progress);
}

const APT_OPTIONS = ['-q', '-o', 'APT::Status-Fd=1', '-o', `DPkg::Lock::Timeout=${LOCK_WAIT_SECONDS}`] as const;

async function apt(argv: readonly [string, ...string[]], progress: InstallProgress): Promise<void> {
  let shown = '';
  await runProcess(argv, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    timeoutMs: APT_TIMEOUT_MS,
    ...(progress.signal ? { signal: progress.signal } : {}),
    onLine(line) {
      const status = parseAptStatus(line);
      if (!status) return;
      const text = `${status.phase === 'download' ? 'downloading' : 'installing'} ${status.percent} %`;
      if (text !== shown) progress.onProgress(text);
      shown = text;
    },
  });
}

/** An operator's own policy file stays; ours, also of a run that was killed, goes. */
async function holdServicesBack(): Promise<AsyncDisposable> {
  const present = await readFile(POLICY_FILE, 'utf8').catch(() => undefined);
  const isOurs = present === undefined || present === POLICY_TEXT;
  if (isOurs) await writeFile(POLICY_FILE, POLICY_TEXT, { mode: 0o755 });
  return {
    async [Symbol.asyncDispose]() {
      if (isOurs) await rm(POLICY_FILE, { force: true });
    },
  };
}

const SERVICES: Readonly<Record<string, string>> = {
  haproxy: 'haproxy',
  'docker-registry': 'docker-registry',
  nftables: '',
  nginx: 'nginx',
};

async function disableNewServices(packages: readonly string[]): Promise<void> {
  const units = packages.map((name) => SERVICES[name] ?? '').filter((unit) => unit !== '');
  if (units.length === 0 || !existsSync('/run/systemd/system')) return;
  // A unit that does not exist in this release is no reason to stop.
  await runProcess(['systemctl', 'disable', '--quiet', ...units], { allowExitCodes: [0, 1] });
}
