/**
 * The Builder of one machine: uploaded folder → image in the local store and in the registry, with buildah. This file
 * orders the parts and owns what lives: seats, the sandbox network, logs, the index of finished builds. A user's mistake
 * becomes an outcome; only what is worth trying again is thrown.
 *
 * Must run where `crun` works, which on machines with hybrid control groups is the platform's private mount namespace.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  type BuildOutcome,
  type BuildStep,
  type Builder,
  type BuilderStrategy,
  type BuildWorkload,
  EngineFault,
} from '@slipway/engine';
import { pinUserNamespace, unmount } from '@slipway/kernel';
import { ProcessFailure } from '@slipway/process';
import { createBuildLogs } from './build-log.ts';
import { createBuildQueue } from './build-queue.ts';
import { BuildRefusal } from './build-refusal.ts';
import { takeRoom } from './build-room.ts';
import { buildFromSource, findReusable, type RunParts } from './build-run.ts';
import { createBuildSteps } from './build-steps.ts';
import { removeWorkingContainers } from './buildah/working-containers.ts';
import type { HostBuilderOptions } from './host-builder-options.ts';
import { PLAN_LANGUAGES } from '@slipway/plan';
import { openReuseIndex } from './reuse/reuse-index.ts';
import { createStoredImages } from './reuse/stored-images.ts';
import { cgroupParentFor, sweepBuildCgroups } from './sandbox/build-cgroup.ts';
import { openBuildNetwork } from './sandbox/build-network.ts';
import { renderContainersConf } from './sandbox/containers-conf.ts';
import type { StepUsers } from './sandbox/step-config.ts';
import { unmountBelow } from './sandbox/unmount-below.ts';

export const HOST_STRATEGIES: readonly BuilderStrategy[] = [
  { name: 'dockerfile', languages: [] },
  { name: 'buildpacks', languages: PLAN_LANGUAGES },
];

export interface HostBuilder extends Builder {
  /** Cancels what runs, waits until it is cleaned up, and gives the sandbox network back. */
  close(): Promise<void>;
}

/** Builds waiting for a seat; more are refused with a message. */
const WAITERS_MAX = 50;
const CA_BUNDLE_DEFAULT = '/etc/ssl/certs/ca-certificates.crt';

/** Cleans up what an earlier builder of this platform left behind, then accepts builds. */
export async function createHostBuilder(options: HostBuilderOptions): Promise<HostBuilder> {
  const workRoot = join(options.stateDir, 'builds', 'work');
  await sweep(options, workRoot);
  const network = await openBuildNetwork(options.platformId, options.network);
  const containersConfPath = await writeContainersConf(workRoot, network.dnsServers);
  const logs = createBuildLogs(options.stateDir);
  const queue = createBuildQueue(seatsFor(options), WAITERS_MAX);
  const parts: RunParts = {
    options,
    index: await openReuseIndex(join(options.stateDir, 'builds', 'reuse.json')),
    storedImages: createStoredImages(options.storage),
    accepted: new Map(),
    containersConfPath,
    caBundlePath: caBundleFor(options),
    users: await openUsers(options),
  };
  const closing = new AbortController();
  const running = new Set<Promise<BuildOutcome>>();

  async function runOnce(build: BuildWorkload, onStep: (step: BuildStep) => void, signal: AbortSignal) {
    const log = await logs.open(build);
    const steps = createBuildSteps(onStep);
    const { projectId, buildRunName } = build;
    options.log('Build starts', { projectId, buildRunName, strategy: build.strategy });
    try {
      const reusable = await findReusable(build, { ...parts, steps, log }, signal);
      if (reusable) return reusable;
      // Room before a seat: who waits for room must not hold up those who have it.
      using _room = await takeRoom(build, { log, reserveRoom: options.reserveRoom, signal });
      using seat = await queue.take(signal);
      const namespacePath = await network.openSeat(seat.number);
      const name = `${options.platformId}-${seat.number}-${randomUUID().slice(0, 8)}`;
      const place = { name, workDir: join(workRoot, name), networkNamespacePath: namespacePath };
      return await buildFromSource(build, { ...parts, steps, log, place }, signal);
    } catch (error) {
      const verdict = verdictOn(error, build, signal);
      log.write(verdict.message, 'stderr');
      options.log('Build failed', { projectId, buildRunName, verdict: verdict.message, cause: error });
      if (verdict instanceof EngineFault) throw verdict;
      return verdict;
    } finally {
      await log.close();
    }
  }

  return {
    strategies: HOST_STRATEGIES,
    run(build, onStep, signal) {
      const ended = runOnce(build, onStep, AbortSignal.any([signal, closing.signal]));
      running.add(ended);
      const forget = (): void => void running.delete(ended);
      ended.then(forget, forget);
      return ended;
    },
    readLogs: (query, signal) => logs.read(query, query, signal),
    remove: (projectId, buildRunName) => logs.remove({ projectId, buildRunName }),
    async removeProject({ projectId, subdomain }) {
      await parts.index.forget((built) => repositoryPrefixOf(built.repository) === subdomain);
      await options.removeRepositories(subdomain);
      await logs.removeProject(projectId);
    },
    async close() {
      closing.abort();
      await Promise.allSettled(running);
      await network.close();
      await release(options);
    },
  };
}

async function writeContainersConf(workRoot: string, dnsServers: readonly string[]): Promise<string> {
  const path = join(workRoot, 'containers.conf');
  await mkdir(workRoot, { recursive: true, mode: 0o700 });
  await writeFile(path, renderContainersConf(dnsServers));
  return path;
}

async function release(options: HostBuilderOptions): Promise<void> {
  await sweepBuildCgroups(options.platformId);
  unmount(userNamespacePath(options));
}

/** `localhost:8781/shop/web` → `shop`. Of another registry it may mean something else, and costs one build there. */
function repositoryPrefixOf(repository: string): string | undefined {
  return repository.split('/')[1];
}

async function sweep(options: HostBuilderOptions, workRoot: string): Promise<void> {
  await sweepBuildCgroups(options.platformId);
  await removeWorkingContainers(options.storage, cgroupParentFor(options.platformId));
  await unmountBelow(workRoot);
  await rm(workRoot, { recursive: true, force: true });
}

function userNamespacePath(options: HostBuilderOptions): string {
  return join(options.runDir, 'build-users');
}

async function openUsers(options: HostBuilderOptions): Promise<StepUsers | undefined> {
  if (!options.users) return undefined;
  const namespacePath = userNamespacePath(options);
  await mkdir(options.runDir, { recursive: true });
  await pinUserNamespace(namespacePath, { hostId: options.users.base, size: options.users.count });
  return { ...options.users, namespacePath, overlayDir: join(options.storage.graphRoot, 'overlay') };
}

function seatsFor(options: HostBuilderOptions): number {
  return options.concurrencyMax ?? Math.max(1, Math.floor(availableParallelism() / 2));
}

function caBundleFor(options: HostBuilderOptions): string | undefined {
  if (options.caBundlePath === null) return undefined;
  const path = options.caBundlePath ?? CA_BUNDLE_DEFAULT;
  return existsSync(path) ? path : undefined;
}

/** An outcome for what another try would only meet again; an EngineFault, to be thrown, for what is worth another. */
function verdictOn(
  error: unknown,
  build: BuildWorkload,
  signal: AbortSignal,
): (BuildOutcome & { readonly ok: false }) | EngineFault {
  if (signal.aborted) return { ok: false, fault: 'failed', message: 'The build was cancelled' };
  if (error instanceof BuildRefusal) return { ok: false, fault: error.fault, message: error.message };
  if (isDiskFull(error)) {
    const message = `Cannot build "${build.buildRunName}": the disk of the platform is full. Free space below its state and cache folders, then build again`;
    return { ok: false, fault: 'exceeded_ephemeral_storage', message };
  }
  if (!(error instanceof EngineFault)) {
    const message = `Cannot build "${build.buildRunName}" now: the platform failed`;
    return new EngineFault('engine_unavailable', message, { cause: error });
  }
  if (error.code === 'engine_unavailable' || error.code === 'image_registry_unreachable') return error;
  const fault = error.code === 'image_access_denied' ? 'missing_registry_access' : 'invalid_build_configuration';
  return { ok: false, fault, message: error.message };
}

/** A program that met the full disk says so in its own words only. */
function isDiskFull(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause) {
    if (one instanceof EngineFault && one.code === 'disk_full') return true;
    const said = one instanceof ProcessFailure ? one.stderr : one.message;
    if (/ENOSPC|no space left on device/i.test(said)) return true;
  }
  return false;
}
