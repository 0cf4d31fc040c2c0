/**
 * Keeps the daemon running on hosts without systemd: libslack's `daemon` (one small C program from the distribution)
 * starts it inside the platform's mount namespace, starts it again when it ends, and waits after several quick ends.
 * A supervisor of our own would cost forty megabytes of Node for this.
 */
import { open, readFile, stat, truncate, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identifyProcess, isAlive, runProcess } from '@slipway/process';
import { enterArgv } from './mount-namespace.ts';
import type { PlatformConfig } from './platform-config.ts';

/** A daemon that ends sooner than this counts as failed. */
const ACCEPTABLE_SECONDS = 10;
/** Quick restarts before the long pause. */
const ATTEMPTS = 5;
const PAUSE_SECONDS = 30;
const PID_TIMEOUT_MS = 5_000;
/** One that finds the file with its number held by the one before, which is just ending, ends without a word. */
const START_TRIES_MAX = 3;
const PID_POLL_MS = 20;
const LOG_BYTES_MAX = 8 * 1024 * 1024;
const LOG_BYTES_KEPT = 1024 * 1024;

/**
 * The small young generation makes the idle daemon 12 MiB smaller; what it does is not garbage-bound. The old one may grow
 * to twice what is alive before it is collected, not to four times: with a hundred thousand apps that is half a gigabyte.
 * The daemon itself asks for a collection when it has started with many apps.
 */
const NODE_FLAGS = [
  '--disable-warning=ExperimentalWarning',
  '--max-semi-space-size=2',
  '--heap-growing-percent=100',
  '--expose-gc',
] as const;

export const CHECKOUT = resolve(import.meta.dirname, '../../..');

export function daemonLogPath(config: PlatformConfig): string {
  return join(config.stateDir, 'daemon.log');
}

function supervisorName(config: PlatformConfig): string {
  return `slipway-${config.platformId}`;
}

/** argv of the server, the same for the daemon and for its one-off modes. */
export function serverArgv(config: PlatformConfig, ...modes: readonly string[]): readonly string[] {
  const main = join(CHECKOUT, 'packages/server/src/main.ts');
  const file = join(config.stateDir, 'platform.json');
  return [process.execPath, ...NODE_FLAGS, main, '--config', file, ...modes];
}

export function supervisorArgv(config: PlatformConfig): readonly [string, ...string[]] {
  return [
    'daemon',
    '--noconfig',
    `--name=${supervisorName(config)}`,
    `--pidfiles=${config.runDir}`,
    '--respawn',
    // Root may otherwise not choose times below five minutes.
    '--idiot',
    `--acceptable=${ACCEPTABLE_SECONDS}`,
    `--attempts=${ATTEMPTS}`,
    `--delay=${PAUSE_SECONDS}`,
    '--inherit',
    `--output=${daemonLogPath(config)}`,
    `--errlog=${daemonLogPath(config)}`,
    '--',
    ...enterArgv(config.runDir, CHECKOUT),
    ...serverArgv(config),
  ];
}

/** Returns when the supervisor runs; the daemon inside may still be starting. The caller holds the platform's lock. */
export async function startSupervisor(config: PlatformConfig): Promise<void> {
  await mkdir(config.stateDir, { recursive: true });
  await boundLogFile(daemonLogPath(config));
  const env = daemonEnvironment(process.env);
  for (let tries = 1; tries <= START_TRIES_MAX; tries += 1) {
    await runProcess(supervisorArgv(config), { env, timeoutMs: PID_TIMEOUT_MS });
    if (await hasSupervisor(config, PID_TIMEOUT_MS)) return;
  }
  throw new Error(`Cannot find the supervisor of platform "${config.name}" after its start`);
}

/** The program that was run ends at once; the one it left behind writes its number a moment later. */
async function hasSupervisor(config: PlatformConfig, waitMs: number): Promise<boolean> {
  const deadline = Date.now() + waitMs;
  while ((await supervisorPid(config)) === undefined) {
    if (Date.now() > deadline) return false;
    await delay(PID_POLL_MS);
  }
  return true;
}

/** True when the daemon ended several times right after its start: waiting for it is in vain. `since`: an offset. */
export async function isCrashLooping(config: PlatformConfig, since: number): Promise<boolean> {
  const text = await readFile(daemonLogPath(config), 'utf8').catch(() => '');
  return text.slice(since).includes(`slipway-${config.platformId}: terminating too quickly`);
}

export async function daemonLogLength(config: PlatformConfig): Promise<number> {
  return (await readFile(daemonLogPath(config), 'utf8').catch(() => '')).length;
}

/** The daemon needs the way to the network and the compile cache, not the caller's session. */
export function daemonEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = /^(PATH|HOME|LANG|TZ|TMPDIR|NODE_.*|SSL_CERT_(FILE|DIR)|(https?|no|all)_proxy|SLIPWAY_.*)$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => kept.test(name)));
}

export async function supervisorPid(config: PlatformConfig): Promise<number | undefined> {
  return livingPid(join(config.runDir, `${supervisorName(config)}.pid`), 'daemon');
}

/** Ends the supervisor, which passes the signal on to the daemon. */
export async function stopSupervisor(config: PlatformConfig): Promise<boolean> {
  const pid = await supervisorPid(config);
  return pid !== undefined && process.kill(pid, 'SIGTERM');
}

async function livingPid(pidFile: string, program: string): Promise<number | undefined> {
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).trim());
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  // After a reboot the number may belong to somebody else; one that has ended keeps its name until it is reaped.
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  const identity = name.trim() === program ? identifyProcess(pid) : undefined;
  return identity && isAlive(identity) ? pid : undefined;
}

/** Keeps the end of a log that has grown too long. In place, because its writer keeps it open for appending. */
export async function boundLogFile(path: string, bytesMax: number = LOG_BYTES_MAX): Promise<void> {
  const size = await stat(path).then(
    (info) => info.size,
    () => 0,
  );
  if (size <= bytesMax) return;
  const kept = await readTail(path, Math.min(LOG_BYTES_KEPT, bytesMax));
  await truncate(path, 0);
  await using file = await open(path, 'a');
  await file.writeFile(kept);
}

async function readTail(path: string, bytes: number): Promise<Buffer> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const length = Math.min(size, bytes);
  const buffer = Buffer.alloc(length);
  await file.read(buffer, 0, length, size - length);
  return buffer;
}

/** The last lines of the daemon's log; none when there is no log. */
export async function readDaemonLogTail(config: PlatformConfig, lines: number): Promise<readonly string[]> {
  const tail = await readTail(daemonLogPath(config), 64 * 1024).catch(() => Buffer.alloc(0));
  return tail
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .slice(-lines);
}
