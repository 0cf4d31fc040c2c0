/**
 * Stops a platform: daemon, apps, proxy, registry and DNS, in this order, and without needing any of them to answer.
 * State stays unless `purge`, after which nothing of the platform is on the machine; that is looked at, not assumed.
 */
import { join } from 'node:path';
import { ProcessFailure, runProcess } from '@slipway/process';
import { disableAtBoot } from './boot-unit.ts';
import { takeLock } from './exclusive-lock.ts';
import { findLeftovers, removeFolders, sweepLeftovers } from './leftovers.ts';
import { enterArgv, hasMountNamespace, removeMountNamespace } from './mount-namespace.ts';
import type { PlatformConfig } from './platform-config.ts';
import { unregisterPlatform, type MachineFolders } from './platform-registry.ts';
import { findPlatformProcesses, stopProcesses } from './platform-processes.ts';
import { thawInstances } from './thaw-instances.ts';
import { SetupFault } from './setup-fault.ts';
import { runStep, type StepReporter } from './step-reporter.ts';
import { untrustAuthority } from './trust-authority.ts';
import { stopDaemon } from './stop-daemon.ts';
import { CHECKOUT, serverArgv } from './supervisor.ts';

const APP_GRACE_MS = 10_000;
const HELPER_GRACE_MS = 5000;
const PURGE_TIMEOUT_MS = 5 * 60_000;

export interface DownOptions {
  readonly reporter: StepReporter;
  readonly purge: boolean;
  readonly folders?: MachineFolders;
}

export async function bringDown(config: PlatformConfig, options: DownOptions): Promise<void> {
  const { reporter } = options;
  if (process.getuid?.() !== 0) {
    throw new SetupFault(`Cannot stop platform "${config.name}": this needs root`, ['Run the same command with sudo']);
  }
  await using _lock = await takeLock(join(config.stateDir, 'up.lock'));
  await runStep(reporter, `Stop the daemon of platform "${config.name}"`, () => stopDaemon(config));
  if (options.purge) {
    await runStep(reporter, 'Remove what the platform made on this machine', (step) =>
      purgeByServer(config, (text) => step.progress(text)),
    );
  }
  await runStep(reporter, 'Stop apps, proxy, registry and DNS', async (step) => {
    await thawInstances(config.platformId);
    const instances = await stopProcesses(() => instancesOf(config), APP_GRACE_MS);
    const helpers = await stopProcesses(() => findPlatformProcesses(config), HELPER_GRACE_MS);
    step.done(`${instances + helpers} processes`);
  });
  if (options.purge) await runStep(reporter, 'Remove state, mounts and network', () => purge(config, options.folders));
}

async function instancesOf(config: PlatformConfig) {
  return (await findPlatformProcesses(config)).filter((found) => found.isInstance);
}

/** The server knows best what it made. When it cannot, the sweep that follows does it by name. */
async function purgeByServer(config: PlatformConfig, onProgress: (text: string) => void): Promise<void> {
  const enter = (await hasMountNamespace(config.runDir)) ? enterArgv(config.runDir, CHECKOUT) : [];
  const [program = '', ...rest] = [...enter, ...serverArgv(config, '--purge')];
  try {
    await runProcess([program, ...rest], { cwd: CHECKOUT, timeoutMs: PURGE_TIMEOUT_MS });
  } catch (error) {
    if (!(error instanceof ProcessFailure)) throw error;
    onProgress(`${error.message}; sweeping by name instead`);
  }
}

async function purge(config: PlatformConfig, folders: MachineFolders | undefined): Promise<void> {
  await disableAtBoot(config);
  await untrustAuthority(config);
  await sweepLeftovers(config);
  await removeMountNamespace(config.runDir);
  await removeFolders(config);
  await unregisterPlatform(config.name, folders);
  const left = await findLeftovers(config);
  const processes = await findPlatformProcesses(config);
  if (left.length === 0 && processes.length === 0) return;
  throw new SetupFault(`Cannot remove all of platform "${config.name}": something is still there`, [
    ...left.map((leftover) => `${leftover.kind} ${leftover.name}`),
    ...processes.map((found) => `process ${found.pid} (${found.program})`),
    'A reboot releases them',
  ]);
}
