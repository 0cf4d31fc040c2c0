/**
 * The base images of the platform, made when a build first needs one. Finished images lie as OCI layouts in a cache that
 * all platforms of the machine share; one composer works at a time, and what is in the cache is complete because it got
 * its name by rename at the end. Composing twice is harmless, so nothing here is undone.
 */
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';
import type { ContainerStorage } from '../image-store.ts';
import { platformOfMachine } from '../store/image-config.ts';
import { skopeoOptions } from '../store/registry-transfer.ts';
import { createShareWork } from '../store/share-work.ts';
import { openStoredImages } from '../store/stored-images.ts';
import {
  exactNameOf,
  namesOf,
  recipeFor,
  recipeOfName,
  type BaseImageKind,
  type BaseRecipe,
  type Machine,
} from './base-recipe.ts';
import { composeDerived } from './compose-derived.ts';
import { composeFault } from './compose-fault.ts';
import { composeRootfs } from './compose-rootfs.ts';
import { takeMachineLock } from './machine-lock.ts';
import { adoptLayer, describeImage, readLayers, writeLayout } from './oci-layout.ts';
import { packNodeFiles } from './pack-node-files.ts';
import { readMachine } from './read-machine.ts';

export interface BaseImageStep {
  /** `slipway/node:24`. */
  readonly image: string;
  readonly percent: number;
  /** What is being done, a few words. */
  readonly detail: string;
}

export interface BaseImagesOptions {
  readonly storage: ContainerStorage;
  /** Shared by all platforms of the machine, e.g. /var/cache/slipway. */
  readonly cacheDir: string;
  readonly onStep?: (step: BaseImageStep) => void;
}

type BaseImageListener = (step: BaseImageStep) => void;

export interface EnsureOptions {
  readonly signal?: AbortSignal;
  readonly onStep?: (step: BaseImageStep) => void;
}

export interface BaseImages {
  /** The name for Dockerfiles, e.g. `slipway/node:24`; depends on the machine. */
  readonly nameOf: (kind: BaseImageKind) => Promise<string>;
  /** Makes `slipway/…` exist in the store; false when it is no name of a base image. Concurrent calls share the work. */
  readonly ensureBaseImage: (name: string, options?: EnsureOptions) => Promise<boolean>;
  /** The same for `ImageStore`, which asks for every `localhost/…` name. */
  readonly ensureLocalImage: (name: string, signal: AbortSignal) => Promise<void>;
}

const IMPORT_TIMEOUT_MS = 5 * 60_000;
const WORK_PREFIX = 'compose-';

export function createBaseImages(options: BaseImagesOptions): BaseImages {
  const share = createShareWork<void>();
  /** Everybody who waits is told of what is composed, whoever asked for it first. */
  const listeners = new Set<BaseImageListener>(options.onStep ? [options.onStep] : []);
  let machine: Promise<Machine> | undefined;

  function currentMachine(): Promise<Machine> {
    machine ??= readMachine().catch((error: unknown) => {
      machine = undefined;
      throw error;
    });
    return machine;
  }

  async function ensureBaseImage(name: string, ensure: EnsureOptions = {}): Promise<boolean> {
    if (!/^(?:localhost\/)?slipway\//.test(name)) return false;
    const here = await currentMachine();
    const recipe = recipeOfName(name, here);
    if (!recipe) return false;
    const { onStep } = ensure;
    const listener: BaseImageListener = (step) => onStep?.(step);
    listeners.add(listener);
    try {
      await share(recipe.kind, (signal) => compose(recipe, here, signal), { signal: ensure.signal });
    } finally {
      listeners.delete(listener);
    }
    return true;
  }

  async function compose(recipe: BaseRecipe, here: Machine, signal: AbortSignal): Promise<void> {
    const onStep: BaseImageListener = (step) => {
      for (const listener of listeners) listener(step);
    };
    try {
      await ensureRecipe(recipe, { ...options, machine: here, signal, onStep });
    } catch (error) {
      signal.throwIfAborted();
      throw composeFault(`slipway/${recipe.kind}:${recipe.tags[0] ?? 'latest'}`, error);
    }
  }

  return {
    async nameOf(kind) {
      return `slipway/${kind}:${recipeFor(kind, await currentMachine()).tags[0] ?? 'latest'}`;
    },
    ensureBaseImage,
    async ensureLocalImage(name, signal) {
      await ensureBaseImage(name, { signal });
    },
  };
}

interface Context extends BaseImagesOptions {
  readonly machine: Machine;
  readonly signal: AbortSignal;
  readonly onStep: (step: BaseImageStep) => void;
}

async function ensureRecipe(recipe: BaseRecipe, context: Context): Promise<void> {
  if (await isInStore(recipe, context.storage)) return;
  const paths = cachePaths(recipe, context.cacheDir);
  await mkdir(paths.blobsDir, { recursive: true });
  if (!(await isCached(paths.layoutDir))) {
    await using lock = await takeMachineLock(join(context.cacheDir, 'compose.lock'), context.signal);
    void lock;
    if (recipe.kind !== 'base') await ensureUnlocked(recipeFor('base', context.machine), context);
    await ensureUnlocked(recipe, context);
    return;
  }
  await importLayout(recipe, context);
}

/** Called with the lock held. */
async function ensureUnlocked(recipe: BaseRecipe, context: Context): Promise<void> {
  if (await isInStore(recipe, context.storage)) return;
  const paths = cachePaths(recipe, context.cacheDir);
  if (!(await isCached(paths.layoutDir))) {
    await removeLeftovers(context.cacheDir);
    const workDir = await mkdtemp(join(context.cacheDir, WORK_PREFIX));
    // apt gives up its rights while it downloads, and must still reach its folder.
    await chmod(workDir, 0o755);
    try {
      await composeIntoCache(recipe, { ...context, ...paths, workDir });
    } finally {
      await rm(workDir, { recursive: true, force: true, maxRetries: 5 });
    }
  }
  await importLayout(recipe, context);
}

/** Only one composer works at a time: other working folders are those of composers that were killed. */
async function removeLeftovers(cacheDir: string): Promise<void> {
  const names = (await readdir(cacheDir)).filter((name) => name.startsWith(WORK_PREFIX));
  for (const name of names) await rm(join(cacheDir, name), { recursive: true, force: true });
}

interface CachePaths {
  readonly blobsDir: string;
  readonly layoutDir: string;
}

function cachePaths(recipe: BaseRecipe, cacheDir: string): CachePaths {
  return { blobsDir: join(cacheDir, 'blobs'), layoutDir: join(cacheDir, `${recipe.kind}-${recipe.key}`) };
}

async function composeIntoCache(
  recipe: BaseRecipe,
  context: Context & CachePaths & { readonly workDir: string },
): Promise<void> {
  const { machine, storage, workDir, blobsDir, signal } = context;
  const image = `slipway/${recipe.kind}:${recipe.tags[0] ?? 'latest'}`;
  const onProgress = (percent: number, detail: string): void => context.onStep({ image, percent, detail });
  const draftDir = join(workDir, 'layout');
  const platform = platformOfMachine(machine.arch);
  const description = { platform, settings: recipe.settings, title: image };
  if (recipe.kind === 'base') {
    const archivePath = join(workDir, 'rootfs.tar');
    await composeRootfs(machine, archivePath, { signal, onProgress });
    await writeLayout(draftDir, blobsDir, describeImage([await adoptLayer(archivePath, blobsDir)], description));
  } else if (recipe.kind === 'node') {
    // Files only: no command has to run in the image, so it needs no container to be made.
    onProgress(20, `collecting Node ${machine.nodeVersion} and npm`);
    const archivePath = await packNodeFiles(workDir, signal);
    onProgress(70, 'packing');
    const below = await readLayers(cachePaths(recipeFor('base', machine), context.cacheDir).layoutDir, blobsDir);
    const layers = [...below, await adoptLayer(archivePath, blobsDir)];
    await writeLayout(draftDir, blobsDir, describeImage(layers, description));
  } else {
    const imageId = await composeDerived(recipe, recipeFor('base', machine), { storage, signal, onProgress });
    onProgress(90, 'keeping a copy for other platforms');
    const how = ['--quiet', '--dest-oci-accept-uncompressed-layers', '--dest-shared-blob-dir', blobsDir];
    const argv = [...skopeoOptions(storage), 'copy', ...how, `containers-storage:${imageId}`, `oci:${draftDir}`];
    await runProcess(['skopeo', ...argv], { env: { ...storage.environment }, signal, timeoutMs: IMPORT_TIMEOUT_MS });
  }
  await rename(draftDir, context.layoutDir);
  onProgress(100, 'composed');
}

/** From the cache into the store, under all its names. What the store has already is not copied again. */
async function importLayout(recipe: BaseRecipe, context: Context): Promise<void> {
  const { storage, signal, cacheDir } = context;
  const { blobsDir, layoutDir } = cachePaths(recipe, cacheDir);
  const run = { env: { ...storage.environment }, signal, timeoutMs: IMPORT_TIMEOUT_MS };
  const exact = exactNameOf(recipe);
  if (!(await findByName(exact, storage))) {
    const how = ['--quiet', '--src-shared-blob-dir', blobsDir];
    const what = [`oci:${layoutDir}`, `containers-storage:${exact}`];
    await runProcess(['skopeo', ...skopeoOptions(storage), 'copy', ...how, ...what], run);
  }
  await runProcess(['buildah', 'tag', exact, ...namesOf(recipe)], run);
}

async function isInStore(recipe: BaseRecipe, storage: ContainerStorage): Promise<boolean> {
  const entry = await findByName(exactNameOf(recipe), storage);
  return entry !== undefined && namesOf(recipe).every((name) => entry.includes(name));
}

async function findByName(name: string, storage: ContainerStorage): Promise<readonly string[] | undefined> {
  const entries = await openStoredImages(storage.graphRoot).list();
  return entries.find((entry) => entry.names.includes(name))?.names;
}

async function isCached(layoutDir: string): Promise<boolean> {
  return stat(join(layoutDir, 'index.json')).then(
    () => true,
    () => false,
  );
}
