/**
 * Starts a platform of its own for a test, exactly as a person does: by `./slipway up --platform NAME`. The test talks to
 * it through the command line and through HTTP alone. At the end it is removed, and the machine must be as before.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';
import { freePorts } from './free-ports.ts';
import { findLeftovers, pictureMachine, type MachinePicture } from './machine.ts';
import { waitUntil } from './wait-until.ts';

export const REPOSITORY_ROOT = join(import.meta.dirname, '..');

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The part of a platform's written configuration that tests read. */
export interface WrittenConfig {
  readonly platformId: string;
  readonly stateDir: string;
  readonly runDir: string;
  readonly api: { readonly address: string; readonly port: number };
  readonly http: { readonly address: string; readonly port: number };
  readonly https: { readonly port: number };
  readonly startDeadlineMs: number;
  readonly requestsPerSecond: number;
  readonly scaling: { readonly stableWindowMs: number; readonly scaleToZeroGraceMs: number };
}

export interface StartOptions {
  /** Flags added to `up`. */
  readonly upFlags?: readonly string[];
  /** Where the state lies; default a temporary folder. */
  readonly stateDir?: string;
  /** Changes the written configuration before the platform serves: shorter waits, for example. */
  readonly tune?: (config: WrittenConfig) => WrittenConfig;
}

const CLI_TIMEOUT_MS = 200_000;
const ANY_CODE = Array.from({ length: 256 }, (_one, code) => code);

/** Shorter waits than an operator wants, so that a test sees an app fall asleep. */
export function withShortWaits(config: WrittenConfig): WrittenConfig {
  return {
    ...config,
    startDeadlineMs: 8000,
    scaling: { stableWindowMs: 6000, scaleToZeroGraceMs: 1000 },
  };
}

/** For tests that only need an app to sleep, and to which it is all the same whether it sleeps meanwhile. */
export function withShortestWaits(config: WrittenConfig): WrittenConfig {
  return { ...withShortWaits(config), scaling: { stableWindowMs: 1500, scaleToZeroGraceMs: 500 } };
}

/** Runs `./slipway` with these arguments to its end, whatever its exit code. */
export async function runSlipway(
  args: readonly string[],
  options: { readonly cwd?: string; readonly timeoutMs?: number } = {},
): Promise<CliResult> {
  // A daemon must not believe that it is a test; a platform of the caller's own must not be meant by accident.
  const { NODE_TEST_CONTEXT: _context, SLIPWAY_PLATFORM: _platform, ...env } = process.env;
  const { exitCode, stdout, stderr } = await runProcess([join(REPOSITORY_ROOT, 'slipway'), ...args], {
    cwd: options.cwd ?? REPOSITORY_ROOT,
    env: { ...env, NO_COLOR: '1', CI: '1' },
    timeoutMs: options.timeoutMs ?? CLI_TIMEOUT_MS,
    allowExitCodes: ANY_CODE,
  });
  return { code: exitCode, stdout, stderr };
}

export class TestPlatform implements AsyncDisposable {
  readonly name: string;
  readonly folder: string;
  readonly config: WrittenConfig;
  readonly #before: MachinePicture;
  #purged = false;

  constructor(
    name: string,
    folder: string,
    options: { readonly config: WrittenConfig; readonly before: MachinePicture },
  ) {
    this.name = name;
    this.folder = folder;
    this.config = options.config;
    this.#before = options.before;
  }

  /** The command line, meant for this platform. */
  slipway(
    args: readonly string[],
    options?: { readonly cwd?: string; readonly timeoutMs?: number },
  ): Promise<CliResult> {
    return runSlipway([...args, '--platform', this.name], options);
  }

  /** Runs a command that must succeed. */
  async must(
    args: readonly string[],
    options?: { readonly cwd?: string; readonly timeoutMs?: number },
  ): Promise<CliResult> {
    const result = await this.slipway(args, options);
    assert.equal(
      result.code,
      0,
      `slipway ${args.join(' ')} ended with ${result.code}:\n${result.stdout}${result.stderr}`,
    );
    return result;
  }

  /** Deploys a folder; returns the URL, which is all that `deploy` may print on standard output. */
  async deploy(folder: string, name: string, flags: readonly string[] = []): Promise<string> {
    const { stdout } = await this.must(['deploy', folder, '--name', name, ...flags]);
    assert.match(stdout, /^https?:\/\/\S+\n$/, 'standard output of deploy is the URL and nothing else');
    return stdout.trim();
  }

  /** The URL of a host that is no app, on the platform's own port. */
  urlOf(host: string): string {
    return `http://${host}:${this.config.http.port}/`;
  }

  /** Names of the instances of an app that run now, as `app get` tells them. */
  async runningInstances(appName: string): Promise<readonly string[]> {
    const { stdout } = await this.must(['app', 'get', '--name', appName]);
    const lines = stdout.split('\n').filter((line) => /running/i.test(line));
    return lines.flatMap((line) => new RegExp(`\\b${appName}-\\d{5}-[a-z0-9]+\\b`).exec(line)?.[0] ?? []);
  }

  async purge(): Promise<void> {
    if (this.#purged) return;
    this.#purged = true;
    const { code, stdout, stderr } = await this.slipway(['down', '--purge', '--force']);
    await rm(this.folder, { recursive: true, force: true });
    assert.equal(code, 0, `down --purge ended with ${code}:\n${stdout}${stderr}`);
    const { platformId, stateDir, runDir } = this.config;
    const marks = [this.name, platformId, stateDir, runDir];
    let left: readonly string[] = [];
    await waitUntil('nothing of the platform is left', async () => {
      left = findLeftovers(this.#before, await pictureMachine(), marks);
      return left.length === 0;
    }).catch(() => assert.deepEqual(left, [], 'nothing of the platform is left on the machine'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.purge();
  }
}

export function freshPlatformName(): string {
  return `th-${randomBytes(3).toString('hex')}`;
}

export async function startPlatform(options: StartOptions = {}): Promise<TestPlatform> {
  const name = freshPlatformName();
  const before = await pictureMachine();
  const folder = await mkdtemp(join(tmpdir(), `slipway-${name}-`));
  const stateDir = options.stateDir ?? join(folder, 'state');
  const ports = await freePorts(4);
  const portFlags = ['--api-port', '--http-port', '--registry-port', '--https-port'].flatMap((flag, index) => [
    flag,
    `${ports[index]}`,
  ]);
  const flags = ['--platform', name, '--state-dir', stateDir, ...portFlags, ...(options.upFlags ?? [])];
  const up = await runSlipway(['up', ...flags]);
  if (up.code !== 0) {
    await runSlipway(['down', '--purge', '--force', '--platform', name]);
    await rm(folder, { recursive: true, force: true });
    assert.fail(`slipway up ended with ${up.code}:\n${up.stdout}${up.stderr}`);
  }
  const config = await readConfig(stateDir);
  const platform = new TestPlatform(name, folder, { config: options.tune?.(config) ?? config, before });
  if (options.tune) await restartTuned(platform);
  return platform;
}

/** Writes the changed configuration and starts again with it; a platform that does not come back is removed. */
async function restartTuned(platform: TestPlatform): Promise<void> {
  try {
    await platform.must(['down']);
    await writeFile(join(platform.config.stateDir, 'platform.json'), JSON.stringify(platform.config));
    await platform.must(['up']);
  } catch (error) {
    await platform.purge();
    throw error;
  }
}

async function readConfig(stateDir: string): Promise<WrittenConfig> {
  return JSON.parse(await readFile(join(stateDir, 'platform.json'), 'utf8')) as WrittenConfig;
}
