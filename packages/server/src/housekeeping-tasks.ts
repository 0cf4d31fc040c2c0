/** What housekeeping does on one machine. The images in use are read anew each time, after which nothing young is touched. */
import { statfs } from 'node:fs/promises';
import { listPinnedImages, type ControlLog, type Store } from '@slipway/control';
import type { InstanceRuntime } from '@slipway/engine-host';
import { collectImages, type BaseImages, type OpenImageStore } from '@slipway/images';
import { boundLogFile, daemonLogPath, type PlatformConfig } from '@slipway/setup';
import type { Task } from './life/housekeeping.ts';

/** What was used within this time may belong to a deploy or a build that is not finished; a build may take an hour. */
const IMAGE_REST_MS = 2 * 60 * 60_000;
/** The base image of all others; composing it is the slow part of the first build. */
const FIRST_BASE_IMAGE = 'slipway/base';
/** Below this the disk is left to the apps. */
const COMPOSE_FREE_BYTES_MIN = 5e9;
const COMPOSE_MS_MAX = 10 * 60_000;

export interface TaskParts {
  readonly store: Store;
  readonly images: OpenImageStore;
  readonly runtime: Pick<InstanceRuntime, 'imagesInUse'>;
  readonly baseImages: Pick<BaseImages, 'ensureBaseImage'>;
  readonly log: ControlLog;
}

export function housekeepingTasks(config: PlatformConfig, parts: TaskParts): readonly Task[] {
  return [
    { name: 'bound the log', run: () => boundLogFile(daemonLogPath(config)) },
    { name: 'collect images', run: (signal) => collect(config, parts, signal) },
    { name: 'compose the base image', run: (signal) => composeBase(config, parts, signal) },
  ];
}

async function collect(config: PlatformConfig, parts: TaskParts, signal: AbortSignal): Promise<void> {
  const { store, images, runtime, log } = parts;
  const usedBefore = new Date(Date.now() - IMAGE_REST_MS).toISOString();
  const inUse = new Set([...(await listPinnedImages(store)), ...runtime.imagesInUse()]);
  const removed = await collectImages(images, { inUse, usedBefore, budgetBytes: config.imageBudgetBytes, signal });
  if (removed.length > 0) log.info('Images collected', { removed, budget_bytes: config.imageBudgetBytes });
}

/**
 * So that the first build need not wait for it. A build that comes meanwhile joins this work, because a base image is
 * composed only once at a time.
 */
async function composeBase(config: PlatformConfig, parts: TaskParts, signal: AbortSignal): Promise<void> {
  const { bavail, bsize } = await statfs(config.stateDir);
  if (bavail * bsize < COMPOSE_FREE_BYTES_MIN) {
    parts.log.info('No base image is composed ahead: the disk is nearly full', { free_bytes: bavail * bsize });
    return;
  }
  const startedAt = performance.now();
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(COMPOSE_MS_MAX)]);
  await parts.baseImages.ensureBaseImage(FIRST_BASE_IMAGE, { signal: bounded });
  const took_ms = Math.round(performance.now() - startedAt);
  parts.log.info('The base image of builds is there', { image: FIRST_BASE_IMAGE, took_ms });
}
