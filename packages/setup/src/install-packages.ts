/**
 * Installs what is missing with apt. Services of the new packages are neither started (policy-rc.d, see Debian policy
 * 9.3.3) nor left enabled: the platform starts its own. A package that was there before is not touched. What is being
 * installed is noted, so an installation that was killed is finished by the next command.
 */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { ProcessFailure, runProcess } from '@slipway/process';
import { takeLock } from './exclusive-lock.ts';
import {
  INSTALL_NOTE,
  isInstallUnfinished,
  readInstallNote,
  removeInstallNote,
  writeInstallNote,
} from './install-note.ts';
import { SetupFault } from './setup-fault.ts';
import {
  findProgram,
  installArgv,
  installLine,
  isDpkgInterrupted,
  missingParts,
  needsListUpdate,
  parseAptStatus,
  SYSTEM_PARTS,
  type SystemPart,
} from './system-packages.ts';

const APT_TIMEOUT_MS = 15 * 60_000;
const LOCK_WAIT_SECONDS = 300;
const ERROR_LINES_SHOWN = 4;
const POLICY_TEXT =
  '#!/bin/sh\n# Slipway: no service is started while its packages are installed. Removed afterwards.\nexit 101\n';

export interface InstallProgress {
  /** One line for people, such as `downloading 40 %`. */
  readonly onProgress: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Where on a machine it works; a test gives it a place of its own. */
export interface InstallPlace {
  readonly policyFile: string;
  readonly noteFile: string;
  readonly env: NodeJS.ProcessEnv;
}

const MACHINE: InstallPlace = {
  policyFile: '/usr/sbin/policy-rc.d',
  noteFile: INSTALL_NOTE,
  env: process.env,
};

/** Returns the packages it installed: none when every program was present. `wanted` is what the platform needs. */
export async function ensureSystemPackages(
  progress: InstallProgress,
  { wanted = SYSTEM_PARTS, place = MACHINE }: { wanted?: readonly SystemPart[]; place?: InstallPlace } = {},
): Promise<readonly string[]> {
  const missing = () => missingParts((program) => findProgram(program, place.env) !== undefined, wanted);
  if (missing().length === 0 && !isInstallUnfinished(place.noteFile)) return [];
  if (!findProgram('apt-get', place.env)) throw withoutApt(missing());
  if (process.getuid?.() !== 0) {
    const packages = missing().map((part) => part.package);
    throw new SetupFault(`Cannot install ${packages.join(', ')}: this needs root`, [
      `Run: ${installLine(packages)}`,
      'Or run the same slipway command with sudo',
    ]);
  }
  await using _lock = await takeLock(`${place.noteFile}.lock`, {
    ...(progress.signal ? { signal: progress.signal } : {}),
    onWait: () => progress.onProgress('waiting for another command that installs packages'),
  });
  const unfinished = readInstallNote(place.noteFile);
  const packages = [...new Set([...unfinished, ...missing().map((part) => part.package)])];
  if (packages.length === 0) return [];
  await writeInstallNote(place.noteFile, packages);
  {
    await using _policy = await holdServicesBack(place.policyFile);
    await installAll({ packages, isResumed: unfinished.length > 0, env: place.env, progress });
    await disableNewServices(packages, place.env);
  }
  const still = missing();
  if (still.length > 0) {
    throw new SetupFault(`Cannot find ${still.flatMap((part) => part.programs).join(', ')} after the installation`, [
      `Look at it by hand: ${installLine(still.map((part) => part.package))}`,
    ]);
  }
  await removeInstallNote(place.noteFile);
  return packages;
}

interface Installation {
  readonly packages: readonly string[];
  /** An earlier one was killed; what it left half-made is mended first. */
  readonly isResumed: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: InstallProgress;
}

async function installAll(installation: Installation): Promise<void> {
  const { isResumed } = installation;
  let warnings = (await hasPackageLists()) ? [] : await updateLists(installation);
  try {
    await install(installation);
  } catch (error) {
    const output = error instanceof ProcessFailure ? error.stdout + error.stderr : '';
    if (isResumed && isDpkgInterrupted(output)) await configureAll(installation);
    else if (needsListUpdate(output)) warnings = await updateLists(installation);
    else throw installFault(installation, error, warnings);
    await install(installation).catch((second: unknown) => {
      throw installFault(installation, second, warnings);
    });
  }
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

/** `warnings`: why there may be no lists, which apt says when it fetches them and not when it misses them. */
function installFault({ packages }: Installation, cause: unknown, warnings: readonly string[]): Error {
  if (isAborted(cause)) return cause;
  const output = cause instanceof ProcessFailure ? cause.stdout + cause.stderr : '';
  const fix = isDpkgInterrupted(output)
    ? 'Run: sudo dpkg --configure -a, and then the same command again'
    : `Try it by hand: ${installLine(packages)}`;
  const said = [...new Set([...warnings, ...lastErrors(output)])];
  return new SetupFault(`Cannot install ${packages.join(', ')}: apt-get failed`, [...said, fix], { cause });
}

/** Somebody pressed Ctrl-C: no fault of apt. */
function isAborted(cause: unknown): cause is DOMException {
  return cause instanceof DOMException && cause.name === 'AbortError';
}

function lastErrors(output: string): readonly string[] {
  return output
    .split('\n')
    .filter((line) => /^(E|W|Err)[: ]/.test(line))
    .slice(-ERROR_LINES_SHOWN);
}

async function hasPackageLists(): Promise<boolean> {
  const files = await readdir('/var/lib/apt/lists').catch(() => []);
  return files.some((file) => file.includes('_Packages'));
}

/** Gives what could not be fetched: a server that is away is no failure to apt, as another may have the package. */
async function updateLists(installation: Installation): Promise<readonly string[]> {
  installation.progress.onProgress('updating the package lists');
  return lastErrors(await apt(['apt-get', 'update', ...APT_OPTIONS], installation));
}

/**
 * Whoever wants to stop may do so while packages are downloaded. dpkg itself is let finish, apart from the terminal and its
 * Ctrl-C: interrupted, it would leave the machine's packages to be mended by hand.
 */
async function install(installation: Installation): Promise<void> {
  const { isResumed, packages, progress } = installation;
  const { signal } = progress;
  progress.onProgress(`installing ${packages.join(' ')}`);
  const argv = [...installArgv(packages), ...(isResumed ? ['--fix-broken'] : []), ...APT_OPTIONS] as const;
  await apt([...argv, '--download-only'], installation);
  signal?.throwIfAborted();
  const tellWait = () => progress.onProgress('stops when the packages are installed');
  signal?.addEventListener('abort', tellWait, { once: true });
  try {
    await runApt(['setsid', '--wait', ...argv], installation);
  } finally {
    signal?.removeEventListener('abort', tellWait);
  }
  signal?.throwIfAborted();
}

/** What was unpacked and not configured; what stays broken after it, apt mends. */
async function configureAll({ env, progress }: Installation): Promise<void> {
  progress.onProgress('finishing the installation that was interrupted');
  const argv = ['setsid', '--wait', 'dpkg', '--force-confdef', '--force-confold', '--configure', '-a'] as const;
  await runProcess(argv, { env: quietEnvironment(env), timeoutMs: APT_TIMEOUT_MS, allowExitCodes: [0, 1] });
}

const APT_OPTIONS = ['-q', '-o', 'APT::Status-Fd=1', '-o', `DPkg::Lock::Timeout=${LOCK_WAIT_SECONDS}`] as const;

/** Ends when the command is aborted. */
async function apt(argv: readonly [string, ...string[]], installation: Installation): Promise<string> {
  const { signal } = installation.progress;
  try {
    return await runApt(argv, installation, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

async function runApt(
  argv: readonly [string, ...string[]],
  { env, progress }: Installation,
  signal?: AbortSignal,
): Promise<string> {
  let shown = '';
  const { stderr, stdout } = await runProcess(argv, {
    env: quietEnvironment(env),
    timeoutMs: APT_TIMEOUT_MS,
    ...(signal ? { signal } : {}),
    onLine(line) {
      const status = parseAptStatus(line);
      if (!status || progress.signal?.aborted === true) return;
      const text = `${status.phase === 'download' ? 'downloading' : 'installing'} ${status.percent} %`;
      if (text !== shown) progress.onProgress(text);
      shown = text;
    },
  });
  return stdout + stderr;
}

/** Nothing asks, and messages are in the language they are read in. */
function quietEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
}

/** An operator's own policy file stays; ours, also of a run that was killed, goes. */
async function holdServicesBack(policyFile: string): Promise<AsyncDisposable> {
  const present = await readFile(policyFile, 'utf8').catch(() => undefined);
  const isOurs = present === undefined || present === POLICY_TEXT;
  if (isOurs) await writeFile(policyFile, POLICY_TEXT, { mode: 0o755 });
  return {
    async [Symbol.asyncDispose]() {
      if (isOurs) await rm(policyFile, { force: true });
    },
  };
}

const SERVICES: Readonly<Record<string, string>> = {
  haproxy: 'haproxy',
  'docker-registry': 'docker-registry',
  nftables: '',
  nginx: 'nginx',
};

/** Also where systemd does not run now, as in an image that is being made: it may at the next boot. */
async function disableNewServices(packages: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const units = packages.map((name) => SERVICES[name] ?? '').filter((unit) => unit !== '');
  if (units.length === 0 || !findProgram('systemctl', env)) return;
  // A unit that does not exist in this release is no reason to stop.
  await runProcess(['systemctl', 'disable', '--quiet', ...units], { env, allowExitCodes: [0, 1] });
}
