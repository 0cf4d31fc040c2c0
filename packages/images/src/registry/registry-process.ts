/**
 * The bundled registry as a process: detached, so that it outlives the platform's daemon and pushes go on through an
 * upgrade; adopted by its pid file when it still runs with the same configuration; started again with growing delays
 * when it is dead, which the connection that is held to it tells at once.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineFault } from '@slipway/engine';
import {
  endProcess,
  findRecordedProcess,
  isAlive,
  startDetached,
  writeFileAtomic,
  type ProcessIdentity,
} from '@slipway/process';
import { untilClosed } from './held-connection.ts';
import { prepareRegistryKeys, type RegistryKeys } from './registry-keys.ts';
import { renderRegistryConfig } from './render-registry-config.ts';
import { REGISTRY_ISSUER, REGISTRY_SERVICE } from './registry-token-issuer.ts';

export interface RegistryOptions {
  /** Survives reboots: blobs, keys, configuration, log. */
  readonly stateDir: string;
  /** tmpfs: the pid file. */
  readonly runDir: string;
  /** `host:port` on loopback. */
  readonly address: string;
  /** URL of the control plane's token endpoint, e.g. `http://127.0.0.1:8080/registry/token`. */
  readonly tokenRealm: string;
  /** Told when the registry had died and was started again. */
  readonly onRestart?: (cause: Error | undefined) => void;
}

export interface RegistryProcess {
  readonly address: string;
  readonly pid: number;
  /** Stops watching; the registry goes on. */
  release(): void;
  /** Stops watching and ends the registry. */
  stop(): Promise<void>;
}

interface PidRecord extends ProcessIdentity {
  readonly configSha256: string;
}

/** Until the next look at a registry that lives without the connection that was held. */
const LOOK_AGAIN_MS = 500;
const READY_TIMEOUT_MS = 10_000;
const READY_POLL_MS = 20;
const PROBE_TIMEOUT_MS = 1000;
const STOP_TIMEOUT_MS = 5000;
const RESTART_DELAY_MS_MIN = 500;
const RESTART_DELAY_MS_MAX = 30_000;
const LOG_BYTES_MAX = 8 * 1024 * 1024;
const LOG_TAIL_BYTES = 2048;

/** Keys and secrets of the registry under `stateDir`, made at the first call; the token issuer takes them. */
export function registryKeysFor(stateDir: string): Promise<RegistryKeys> {
  return prepareRegistryKeys(join(stateDir, 'registry', 'keys'));
}

/** Resolves when the registry answers. Throws EngineFault('engine_unavailable') with the end of its log when it does not. */
export async function startRegistry(options: RegistryOptions): Promise<RegistryProcess> {
  const launch = await prepareLaunch(options);
  let current = (await adopt(launch)) ?? (await start(launch));
  let restartDelayMs = RESTART_DELAY_MS_MIN;
  const watching = new AbortController();

  async function watch(): Promise<void> {
    for (;;) {
      if (isAlive(current)) {
        await untilClosed(options.address, watching.signal);
        // One that lives has let go of the connection, or is ending.
        if (isAlive(current)) await delay(LOOK_AGAIN_MS, undefined, { signal: watching.signal, ref: false });
        continue;
      }
      await delay(restartDelayMs, undefined, { signal: watching.signal, ref: false });
      let cause: Error | undefined;
      try {
        current = await start(launch);
        restartDelayMs = RESTART_DELAY_MS_MIN;
      } catch (error) {
        cause = error instanceof Error ? error : new Error(String(error));
        restartDelayMs = Math.min(restartDelayMs * 2, RESTART_DELAY_MS_MAX);
      }
      options.onRestart?.(cause);
    }
  }
  const watched = watch().catch((error: unknown) => {
    if (!watching.signal.aborted) throw error;
  });

  return {
    address: options.address,
    get pid() {
      return current.pid;
    },
    release: () => watching.abort(),
    async stop() {
      watching.abort();
      await watched;
      await endProcess(current, { graceMs: STOP_TIMEOUT_MS });
      await rm(launch.pidPath, { force: true });
    },
  };
}

interface Launch {
  readonly address: string;
  readonly configPath: string;
  readonly configSha256: string;
  readonly logPath: string;
  readonly pidPath: string;
}

async function prepareLaunch(options: RegistryOptions): Promise<Launch> {
  const dir = join(options.stateDir, 'registry');
  const storageDir = join(dir, 'data');
  await mkdir(storageDir, { recursive: true, mode: 0o700 });
  await mkdir(options.runDir, { recursive: true });
  const keys = await registryKeysFor(options.stateDir);
  const config = renderRegistryConfig({
    storageDir,
    address: options.address,
    uploadSecret: createHash('sha256').update(`upload state ${keys.secret}`).digest('hex'),
    token: {
      realm: options.tokenRealm,
      service: REGISTRY_SERVICE,
      issuer: REGISTRY_ISSUER,
      certificatePath: keys.certificatePath,
    },
  });
  const configPath = join(dir, 'config.yml');
  await writeFileAtomic(configPath, config, { mode: 0o600 });
  return {
    address: options.address,
    configPath,
    configSha256: createHash('sha256').update(config).update(keys.certificatePem).digest('hex'),
    logPath: join(dir, 'registry.log'),
    pidPath: join(options.runDir, 'registry.pid.json'),
  };
}

/** The registry of an earlier daemon, if it lives and is configured as wanted; one configured otherwise is ended. */
async function adopt(launch: Launch): Promise<PidRecord | undefined> {
  const record = findRecordedProcess<PidRecord>(launch.pidPath);
  if (!record) return undefined;
  if (record.configSha256 === launch.configSha256 && (await answers(launch.address))) return record;
  await endProcess(record, { graceMs: STOP_TIMEOUT_MS });
  return undefined;
}

async function start(launch: Launch): Promise<PidRecord> {
  const identity = await startDetached(['docker-registry', 'serve', launch.configPath], {
    logPath: launch.logPath,
    logBytesMax: LOG_BYTES_MAX,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
    cwd: '/',
  }).catch((error: Error) => {
    throw unavailable('docker-registry does not start. Install the package "docker-registry"', error);
  });
  const record: PidRecord = { ...identity, configSha256: launch.configSha256 };
  await writeFileAtomic(launch.pidPath, JSON.stringify(record), { durable: false });
  await untilReady(launch, record);
  return record;
}

async function untilReady(launch: Launch, record: PidRecord): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (!isAlive(record)) throw unavailable(`it ended at start: ${await logTail(launch.logPath)}`);
    if (await answers(launch.address)) return;
    await delay(READY_POLL_MS);
  }
  await endProcess(record, { graceMs: STOP_TIMEOUT_MS });
  throw unavailable(`it does not answer on ${launch.address}: ${await logTail(launch.logPath)}`);
}

function unavailable(reason: string, cause?: Error): EngineFault {
  return new EngineFault('engine_unavailable', `Cannot run the image registry: ${reason}`, cause && { cause });
}

async function logTail(path: string): Promise<string> {
  const text = await readFile(path, 'utf8');
  return text.slice(-LOG_TAIL_BYTES).trimEnd().split('\n').at(-1) ?? '';
}

/** Not by fetch(), whose library the daemon would load for this alone and keep for ever. */
async function answers(address: string): Promise<boolean> {
  try {
    const asked = get(`http://${address}/v2/`, { agent: false, signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.destroy();
    return response.headers['docker-distribution-api-version'] === 'registry/2.0';
  } catch {
    // Not listening yet, or somebody else's port: either way not our registry.
    return false;
  }
}
