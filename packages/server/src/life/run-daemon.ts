/**
 * The process around the platform: arguments, log, signals, exit codes. A fault nobody foresaw ends the process, because
 * a state nobody foresaw must not go on; the supervisor starts a fresh one, and workloads never notice.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { causeChain } from '../http/problem.ts';
import { openFileLog, type FileLog } from '../log/file-log.ts';
import { raiseLimits } from './raise-limits.ts';
import { readConfigFile } from './read-config-file.ts';
import { purgePlatform, startPlatform, type RunningPlatform } from './start-platform.ts';
import { EXIT_CODES, StartupFailure } from './startup-failure.ts';
import type { WirePlatform } from './wired-platform.ts';

/** Everything is let go by then, or the process ends all the same: before the supervisor loses its patience. */
const STOP_MS_MAX = 14_000;
const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

export function logFilePath(stateDir: string): string {
  return join(stateDir, 'logs', 'slipwayd.log');
}

/** Runs until a signal. Never returns: the process exits with one of EXIT_CODES, or 0. */
export async function runDaemon(args: readonly string[], wire: WirePlatform): Promise<never> {
  // Standard output may be a pipe whose reader has gone; that is no reason to end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  let log: FileLog | undefined;
  try {
    const options = readArguments(args);
    const config = await readConfigFile(options.configPath);
    // The folder we were started in may lie outside our mount namespace, where a child cannot even name it.
    process.chdir('/');
    log = openFileLog({ path: logFilePath(config.stateDir) });
    exitOnUnforeseen(log);
    if (options.purge) {
      await purgePlatform(config, { wire, log });
      process.exit(0);
    }
    const stopping = stopOnSignals(log);
    await raiseLimits(log);
    const platform = await startPlatform(config, { wire, log });
    process.stdout.write(`Ready: platform "${config.name}" on http://${platform.address}:${platform.port}\n`);
    stopping.resolve(platform);
  } catch (error) {
    log?.error('The daemon failed', { cause: causeChain(error) });
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${message}\n`);
    process.exit(error instanceof StartupFailure ? error.exitCode : EXIT_CODES.failed);
  }
  return await new Promise<never>(() => undefined);
}

interface DaemonArguments {
  readonly configPath: string;
  readonly purge: boolean;
}

function readArguments(args: readonly string[]): DaemonArguments {
  const usage = 'Use it as: main.ts --config STATE_DIR/platform.json [--purge]';
  let values: { config?: string | undefined; purge?: boolean | undefined };
  try {
    const options = { config: { type: 'string' }, purge: { type: 'boolean' } } as const;
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (error) {
    throw new StartupFailure('usage', `Cannot read the arguments: ${(error as Error).message}. ${usage}`, {
      cause: error,
    });
  }
  if (values.config === undefined) {
    throw new StartupFailure('usage', `Cannot start: --config is missing. ${usage}`);
  }
  return { configPath: values.config, purge: values.purge ?? false };
}

/** The first signal ends the platform in order, also one that comes while it still starts; a second one ends at once. */
function stopOnSignals(log: FileLog): PromiseWithResolvers<RunningPlatform> {
  const started = Promise.withResolvers<RunningPlatform>();
  let asked = false;
  const stop = (signal: NodeJS.Signals) => {
    if (asked) process.exit(EXIT_CODES.failed);
    asked = true;
    log.info('Stopping', { signal });
    setTimeout(() => {
      log.error('Stopping takes too long', { bound_ms: STOP_MS_MAX });
      process.exit(EXIT_CODES.failed);
    }, STOP_MS_MAX).unref();
    void started.promise
      .then((platform) => platform.stop())
      .then(() => {
        log.info('Stopped');
        process.exit(0);
      });
  };
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  // A closed terminal is no reason to end.
  process.on('SIGHUP', () => undefined);
  return started;
}

function exitOnUnforeseen(log: FileLog): void {
  const exit = (message: string) => (error: unknown) => {
    log.error(message, { cause: causeChain(error) });
    process.stderr.write(`${message}: ${String(error)}\n`);
    process.exit(EXIT_CODES.failed);
  };
  process.on('uncaughtException', exit('Uncaught exception'));
  process.on('unhandledRejection', exit('Unhandled rejection'));
}
