/**
 * HAProxy's life: it is a daemon of its own that outlives ours, so that a restart of the platform interrupts no
 * request. A process with our configuration is adopted, one with an older configuration is replaced without dropping a
 * connection (the listening sockets are handed over), a dead one is started anew.
 *
 * HAProxy forgets servers and maps when its process is replaced; `onReplaced` tells who must say them again.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  delayToBeat,
  endProcess,
  identifyProcess,
  ProcessFailure,
  runProcess,
  writeFileAtomic,
} from '@slipway/process';
import type { HostLog } from '../host-log.ts';
import { ensureActivatorToken } from './activator-token.ts';
import { renderHaproxyConfig, runtimeMaps, type HaproxyConfig } from './haproxy-config.ts';
import { HaproxyFault } from './haproxy-control.ts';

const HAPROXY = 'haproxy';
/**
 * Distributions build it so that every piece of memory carries a mark for its developers, and is given back to the C library
 * rather than kept. Without both a request costs 1,200 of 37,000 instructions less. Source: management guide, `-dM`.
 */
const MEMORY_OPTIONS = '-dMno-tag,global';
/** No event tells that another program has replaced it while it keeps our connection. */
const LOOK_MS = 60_000;
/** Between two looks at one that lives: whatever else there is to see comes a moment later. */
const LOOK_AGAIN_MS = 250;
/** After a start that failed, e.g. because the port is taken. */
const RESTART_PAUSE_MS = 2_000;
const START_TIMEOUT_MS = 30_000;
/** From SIGUSR1 (no new connections) to SIGKILL at purge. */
const STOP_GRACE_MS = 5_000;

/** Connections per descriptor limit: two descriptors each, and some for listeners, maps and the activator. */
const DESCRIPTORS_RESERVED = 1_000;
const CONNECTIONS_MAX = 20_000;
const CONNECTIONS_MIN = 500;

export type HaproxyStart = 'adopted' | 'started' | 'reloaded';

export interface HaproxyProcess {
  /** Makes the process with this configuration run. */
  start(): Promise<HaproxyStart>;
  /** The living process, if there is one. */
  pid(): Promise<number | undefined>;
  /** Restarts it when it dies, until aborted. */
  supervise(options: SuperviseOptions): Promise<void>;
  /** Ends the process and removes its files. Only for the removal of the whole platform. */
  purge(): Promise<void>;
}

export interface SuperviseOptions {
  /** Resolves when a connection to the process is lost, or cannot be made. No look is needed before. */
  readonly untilLost: () => Promise<void>;
  /** Another process is there, by us or by somebody else, which knows nothing that was said before. */
  readonly onReplaced: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** How many connections the descriptor limit of this process carries. */
export function connectionsMaxFor(descriptorLimit: number): number {
  const carried = Math.floor((descriptorLimit - DESCRIPTORS_RESERVED) / 2);
  return Math.max(CONNECTIONS_MIN, Math.min(CONNECTIONS_MAX, carried));
}

/** The hard limit of open files in `/proc/self/limits`. */
export function parseDescriptorLimit(limits: string): number {
  const [, hard] = /^Max open files\s+\S+\s+(\S+)/m.exec(limits) ?? [];
  return hard === undefined || hard === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(hard);
}

/** The one sentence that helps out of what HAProxy prints when it cannot start. */
export function describeStartFailure(stderr: string): string {
  const [, taken] = /\(Address already in use\) for \[(.+)\]/.exec(stderr) ?? [];
  if (taken !== undefined) return `${taken} is in use. End the program that listens there, or choose another port`;
  const [, alert] = /^\[ALERT\][^:]*:\s*(.+)$/m.exec(stderr) ?? [];
  return alert ?? 'it is not installed or did not start. Install the package "haproxy"';
}

export function createHaproxyProcess(
  settings: Omit<HaproxyConfig, 'connectionsMax' | 'activatorToken'>,
  { log, lookAfterMs = untilNextLookMs }: { readonly log: HostLog; readonly lookAfterMs?: () => number },
): HaproxyProcess {
  const { paths } = settings;

  async function launch(extra: readonly string[]): Promise<void> {
    // -D returns when the daemon listens, and with an error when it cannot.
    const argv = [HAPROXY, MEMORY_OPTIONS, '-D', '-f', paths.configFile, '-p', paths.pidFile, ...extra] as const;
    try {
      await runProcess(argv, { timeoutMs: START_TIMEOUT_MS });
    } catch (error) {
      const said = error instanceof ProcessFailure ? error.stderr : '';
      throw new HaproxyFault('start', describeStartFailure(said), { cause: error });
    }
  }

  async function start(): Promise<HaproxyStart> {
    await mkdir(paths.dir, { recursive: true, mode: 0o700 });
    const limit = parseDescriptorLimit(await readFile('/proc/self/limits', 'utf8'));
    const activatorToken = await ensureActivatorToken(paths.dir);
    const wanted = renderHaproxyConfig({ ...settings, activatorToken, connectionsMax: connectionsMaxFor(limit) });
    const present = await readFile(paths.configFile, 'utf8').catch(() => '');
    const pid = await findProcess(paths.pidFile, paths.configFile);
    if (pid !== undefined && present === wanted) return 'adopted';
    for (const file of runtimeMaps(paths)) await writeFileAtomic(file, '', { mode: 0o600 });
    // The first of the list is served to who asks for a name that nobody has.
    const list = settings.https ? `${settings.https.defaultCertificate}\n` : '';
    await writeFileAtomic(paths.certificateList, list, { mode: 0o600 });
    await writeFileAtomic(paths.configFile, wanted, { mode: 0o600 });
    if (pid === undefined) {
      await launch([]);
      return 'started';
    }
    try {
      await launch(['-x', paths.controlSocket, '-sf', String(pid)]);
    } catch (error) {
      // The old process goes on, so the file must tell what it runs with.
      await writeFileAtomic(paths.configFile, present, { mode: 0o600 });
      throw error;
    }
    return 'reloaded';
  }

  const find = (): Promise<number | undefined> => findProcess(paths.pidFile, paths.configFile);
  return {
    start,
    pid: find,
    supervise: (options) => superviseProcess({ find, start, log, lookAfterMs }, options),
    async purge() {
      const pid = await find();
      const identity = pid === undefined ? undefined : identifyProcess(pid);
      if (identity) await endProcess(identity, { signal: 'SIGUSR1', graceMs: STOP_GRACE_MS });
      await rm(paths.dir, { recursive: true, force: true });
    },
  };
}

interface SupervisedProcess {
  readonly find: () => Promise<number | undefined>;
  readonly start: () => Promise<unknown>;
  readonly log: HostLog;
  readonly lookAfterMs: () => number;
}

async function superviseProcess(supervised: SupervisedProcess, options: SuperviseOptions): Promise<void> {
  const { find, log, lookAfterMs, start } = supervised;
  const { onReplaced, signal, untilLost } = options;
  let known = await find();
  while (!signal.aborted) {
    const found = await find();
    // What ends now is ended by whoever stops us.
    if (signal.aborted) return;
    if (found !== undefined && found === known) {
      await firstOf(untilLost(), lookAfterMs(), signal);
    } else {
      if (found === undefined) log.error('HAProxy ended and is started again');
      else log.error('HAProxy was replaced by another program, and is told everything again', { pid: found });
      try {
        await start();
        known = await find();
        await onReplaced();
      } catch (error) {
        log.error('HAProxy cannot be started', { error });
        await pause(RESTART_PAUSE_MS, signal);
      }
    }
    // It may live without its connection: it does not answer, or is ending.
    if ((await find()) === known) await pause(LOOK_AGAIN_MS, signal);
  }
}

function untilNextLookMs(): number {
  return delayToBeat(LOOK_MS, performance.now());
}

/** Resolves with the event, after a while, or when aborted. */
async function firstOf(event: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  await Promise.race([event, pause(ms, AbortSignal.any([signal, over.signal]))]);
  over.abort();
}

/** Ends early when aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** The living process in the pid file, if it is really HAProxy with this configuration and not a reused number. */
async function findProcess(pidFile: string, configFile: string): Promise<number | undefined> {
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).trim().split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  // A zombie has an empty command line.
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return commandLine.split('\0').includes(configFile) ? pid : undefined;
}
