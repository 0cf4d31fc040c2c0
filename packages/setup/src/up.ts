/**
 * Brings the machine to the state where the platform answers. Idempotent, and quick when nothing is to do; two at once
 * take turns under the platform's lock, and the second finds the work done. Nothing here is undone on failure: the
 * next `up` goes on from what is there.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Platform } from '@slipway/spec';
import { DEFAULT_PLATFORM } from './allocate-platform.ts';
import { takeLock } from './exclusive-lock.ts';
import { ensureSystemPackages } from './install-packages.ts';
import { isInstallUnfinished } from './install-note.ts';
import { ensureMountNamespace } from './mount-namespace.ts';
import { platformFlag } from './platform-flag.ts';
import { adminTokenFile, askPlatform } from './platform-api.ts';
import type { PlatformConfig } from './platform-config.ts';
import { ensurePlatformConfig, type MachineFolders } from './platform-registry.ts';
import type { PlatformSettings } from './platform-settings.ts';
import { SetupFault } from './setup-fault.ts';
import { runStep, type StepReporter } from './step-reporter.ts';
import { stopDaemon } from './stop-daemon.ts';
import {
  daemonLogLength,
  daemonLogPath,
  isCrashLooping,
  readDaemonLogTail,
  startSupervisor,
  stopSupervisor,
  supervisorPid,
} from './supervisor.ts';
import { missingParts } from './system-packages.ts';
import { refuseTakenPorts } from './taken-ports.ts';

export const READY_TIMEOUT_MS = 120_000;
const READY_POLL_MS = 100;
const LOG_LINES_SHOWN = 15;

export interface UpOptions {
  readonly name: string;
  readonly settings: PlatformSettings;
  readonly reporter: StepReporter;
  readonly folders?: MachineFolders;
  readonly signal?: AbortSignal;
}

export interface UpResult {
  readonly config: PlatformConfig;
  readonly platform: Platform;
  /** False when the platform was running already. */
  readonly started: boolean;
  /** Nobody could sign in before: the administrator's token was made by this start. */
  readonly madeAdministrator: boolean;
}

/**
 * The platform of people, which a test may only mean when it says so: commands that start a platform when there is none
 * would make one on the machine of whoever tests them.
 */
function refuseInTests({ folders, name }: UpOptions): void {
  const isTest = process.env['NODE_TEST_CONTEXT'] !== undefined || process.execArgv.includes('--test');
  if (!isTest || folders !== undefined || name !== DEFAULT_PLATFORM) return;
  throw new SetupFault(`Cannot start platform "${name}": a test runs, and named none`, [
    'Name one, e.g. --platform test, or run the command in a process without NODE_TEST_CONTEXT',
  ]);
}

export async function bringUp(options: UpOptions): Promise<UpResult> {
  const { reporter, name } = options;
  refuseInTests(options);
  if (process.getuid?.() !== 0) {
    throw new SetupFault(`Cannot start platform "${name}": this needs root (namespaces, mounts, cgroups)`, [
      'Run the same command with sudo',
    ]);
  }
  if (missingParts().length > 0 || isInstallUnfinished()) {
    await runStep(reporter, 'Install system packages', async (step) => {
      const installed = await ensureSystemPackages({
        onProgress: (text) => step.progress(text),
        ...(options.signal ? { signal: options.signal } : {}),
      });
      step.done(installed.join(' '));
    });
  }
  const { config } = await ensurePlatformConfig(name, options.settings, {
    ...(options.folders ? { folders: options.folders } : {}),
    refuse: refuseTakenPorts,
    isRunning: async (existing) =>
      (await supervisorPid(existing)) !== undefined || (await askPlatform(existing)) !== undefined,
  });
  await using _lock = await takeLock(join(config.stateDir, 'up.lock'), {
    ...(options.signal ? { signal: options.signal } : {}),
    onWait: () => reporter.begin('Wait for another command that starts the platform').done(),
  });
  const running = await askPlatform(config);
  const isSupervised = (await supervisorPid(config)) !== undefined;
  if (isSupervised && running?.status === 'ready')
    return { config, platform: running, started: false, madeAdministrator: false };
  const madeAdministrator = !existsSync(adminTokenFile(config));
  // Without the await the lock would be released before the work is done.
  return await runStep(reporter, `Start platform "${name}"`, async (step) => {
    const logStart = await daemonLogLength(config);
    if (!isSupervised) await startDaemon(config);
    const platform = await waitReady(config, {
      logStart,
      startsLeft: isSupervised ? 1 : 0,
      onProgress: (text) => step.progress(text),
      signal: options.signal,
    });
    return { config, platform, started: true, madeAdministrator };
  });
}

/** A daemon whose supervisor died would stay away after its own end; another one takes over what it runs. */
async function startDaemon(config: PlatformConfig): Promise<void> {
  await stopDaemon(config);
  await refuseTakenPorts(config);
  await ensureMountNamespace(config.runDir);
  await startSupervisor(config);
}

interface ReadyWait {
  /** Length of the log before the start: what is older says nothing about this one. */
  readonly logStart: number;
  /** A supervisor that was found may have been about to end. */
  readonly startsLeft: number;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal | undefined;
}

async function waitReady(
  config: PlatformConfig,
  { logStart, startsLeft, onProgress, signal }: ReadyWait,
): Promise<Platform> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let starts = startsLeft;
  while (Date.now() < deadline) {
    signal?.throwIfAborted();
    const platform = await askPlatform(config);
    if (platform?.status === 'ready') return platform;
    if (platform) onProgress(platform.status);
    if (await isCrashLooping(config, logStart)) break;
    if ((await supervisorPid(config)) === undefined) {
      if (starts-- === 0) break;
      await startDaemon(config);
    }
    await delay(READY_POLL_MS);
  }
  const log = await readDaemonLogTail(config, LOG_LINES_SHOWN);
  const timedOut = Date.now() >= deadline;
  // A daemon which never became ready would otherwise go on failing in the background.
  await stopSupervisor(config);
  const what = timedOut
    ? `it was not ready within ${READY_TIMEOUT_MS / 1000} s`
    : 'its daemon ends right after its start';
  throw new SetupFault(`Cannot start platform "${config.name}": ${what}`, [
    ...log.map((line) => `| ${line}`),
    `The whole log: ${daemonLogPath(config)}`,
    `Look for what is missing on this machine: slipway doctor${platformFlag(config.name)}`,
  ]);
}
