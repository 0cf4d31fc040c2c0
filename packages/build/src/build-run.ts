/** The way of one build: reuse if nothing changed, else unpack, detect, base images, build, push, remember. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildOutcome, BuildWorkload } from '@slipway/engine';
import { type AssembledImage, importImage } from '@slipway/images';
import { SOURCE_LIMITS } from '@slipway/spec';
import { buildByParts, type PartsBuild } from './assemble/build-by-parts.ts';
import { headIndexOf } from './assemble/head-index.ts';
import { type BaseImage, type BaseImageDoors, currentBaseId, ensureBaseImages } from './base-images.ts';
import type { BuildLogWriter } from './build-log.ts';
import { type BuildRecipe, readRecipe } from './build-recipe.ts';
import { BuildRefusal } from './build-refusal.ts';
import type { BuildSteps } from './build-steps.ts';
import { repositoryOf } from './dockerfile/image-names.ts';
import type { HostBuilderOptions } from './host-builder-options.ts';
import { buildImage, type ImageBuild } from './image-build.ts';
import type { BuiltImage, ReuseIndex } from './reuse/reuse-index.ts';
import { reuseKeyFor } from './reuse/reuse-key.ts';
import type { StoredImages } from './reuse/stored-images.ts';
import type { StepUsers } from './sandbox/step-config.ts';
import { unmountBelow } from './sandbox/unmount-below.ts';
import { unpackSource } from './source/unpack-source.ts';

export interface RunParts {
  readonly options: HostBuilderOptions;
  readonly index: ReuseIndex;
  readonly storedImages: StoredImages;
  readonly accepted: BaseImageDoors['accepted'];
  readonly containersConfPath: string;
  readonly caBundlePath: string | undefined;
  readonly users: StepUsers | undefined;
}

interface RunTools extends RunParts {
  readonly steps: BuildSteps;
  readonly log: BuildLogWriter;
}

interface RunPlace {
  readonly name: string;
  readonly workDir: string;
  readonly networkNamespacePath: string;
}

/** What an archive may unpack to, as a multiple of what it may be packed: enough for text, no room for a bomb. */
const UNPACKED_BYTES_MAX = 8 * SOURCE_LIMITS.bytesMax;

/** The outcome of an earlier, equal build whose image and bases are still what they were. Starts no process. */
export async function findReusable(
  build: BuildWorkload,
  tools: RunTools,
  signal: AbortSignal,
): Promise<BuildOutcome | undefined> {
  const built = tools.index.get(reuseKeyFor(build));
  if (!built || (await tools.storedImages.find(built.imageId)) === undefined) return undefined;
  for (const base of built.bases) {
    const present = await currentBaseId(base.name, build, { ...doorsOf(tools), signal });
    if (present !== base.imageId) return undefined;
  }
  tools.log.write(`Nothing changed since this source was built before: ${built.summary}`);
  if (built.repository !== repositoryOf(build.outputImage)) return publish(build, built, tools, signal);
  return { ok: true, digest: built.digest, reused: true };
}

/** An equal build exists, but its image belongs to another repository: push it there too. */
async function publish(
  build: BuildWorkload,
  built: BuiltImage,
  tools: RunTools,
  signal: AbortSignal,
): Promise<BuildOutcome> {
  const digest = await tools.steps.run('push', () => push(build, built.imageId, { tools, signal }));
  await tools.index.put(reuseKeyFor(build), { ...built, digest, repository: repositoryOf(build.outputImage) });
  return { ok: true, digest, reused: true };
}

function doorsOf({ accepted, options, storedImages, log }: RunTools): BaseImageDoors {
  return { accepted, options, storedImages, onLine: (line) => log.write(line) };
}

async function push(
  build: BuildWorkload,
  imageId: string,
  { tools, signal }: { readonly tools: RunTools; readonly signal: AbortSignal },
): Promise<string> {
  const digest = await tools.options.pushImage({ imageId, destination: build.outputImage, signal });
  await tools.options.recordDigest(`${repositoryOf(build.outputImage)}@${digest}`, imageId);
  return digest;
}

export async function buildFromSource(
  build: BuildWorkload,
  tools: RunTools & { readonly place: RunPlace },
  cancelled: AbortSignal,
): Promise<BuildOutcome> {
  const timeout = AbortSignal.timeout(build.timeoutMs);
  const signal = AbortSignal.any([cancelled, timeout]);
  try {
    return await buildAndPush(build, tools, signal);
  } catch (error) {
    if (!timeout.aborted || cancelled.aborted) throw error;
    const message = `Cannot finish the build within ${Math.round(build.timeoutMs / 1000)} s. Allow it more time, or let it do less`;
    throw new BuildRefusal('timeout', message, { cause: error });
  } finally {
    await unmountBelow(tools.place.workDir);
    await rm(tools.place.workDir, { recursive: true, force: true });
  }
}

async function buildAndPush(
  build: BuildWorkload,
  tools: RunTools & { readonly place: RunPlace },
  signal: AbortSignal,
): Promise<BuildOutcome> {
  const { steps, place, options } = tools;
  const sourceDir = join(place.workDir, 'source');
  const limits = { filesMax: SOURCE_LIMITS.filesMax, bytesMax: Math.min(UNPACKED_BYTES_MAX, build.diskBytes) };
  const archive = { path: build.source.archivePath, into: sourceDir, limits };
  const files = await steps.run(
    'unpack',
    () => unpackSource(archive, signal),
    (found) => `${found.size} ${found.size === 1 ? 'file' : 'files'}`,
  );
  const recipe = await steps.run(
    'detect',
    () => readRecipe(build, { dir: sourceDir, files }),
    (found) => found.summary,
  );
  const bases = await steps.run(
    'base',
    () => ensureBaseImages(recipe, build, { ...doorsOf(tools), signal }),
    () => recipe.scan.images.join(', ') || 'from scratch',
  );
  const references = new Map([...bases].map(([name, base]) => [name, base.reference]));
  // Each label is a step of its own for buildah, so there is one; annotations cost nothing.
  const labels = { 'dev.slipway.source.sha256': build.source.sha256 };
  const image: ImageBuild = { build, recipe, references, labels, ...place, ...tools };
  const heads = headIndexOf(tools.index, repositoryOf(build.outputImage));
  const made = await steps.run('build', () => makeImage({ image, bases, heads, options }, signal));
  const digest = await steps.run('push', () => bringOut(build, made, { tools, signal }), String);
  await remember(build, { imageId: made.imageId, digest, recipe, bases }, tools);
  return { ok: true, digest, reused: false };
}

type MadeImage =
  | { readonly imageId: string; readonly assembled?: undefined }
  | { readonly imageId: string; readonly assembled: AssembledImage; readonly workDir: string };

async function makeImage(work: PartsBuild, signal: AbortSignal): Promise<MadeImage> {
  const assembled = await buildByParts(work, signal);
  if (!assembled) return { imageId: await buildImage(work.image, work.options, signal) };
  return { imageId: assembled.imageId, assembled, workDir: work.image.workDir };
}

/** Into the registry, and what was assembled into the local store at the same time: neither needs the other. */
async function bringOut(
  build: BuildWorkload,
  made: MadeImage,
  { tools, signal }: { readonly tools: RunTools; readonly signal: AbortSignal },
): Promise<string> {
  if (!made.assembled) return push(build, made.imageId, { tools, signal });
  const { assembled, imageId, workDir } = made;
  const { storage, pushAssembled, recordDigest } = tools.options;
  const [digest] = await Promise.all([
    pushAssembled.push(assembled, build.outputImage, signal),
    importImage(assembled, { storage, workDir, signal }),
  ]);
  if (digest === undefined) {
    const pushed = await push(build, imageId, { tools, signal });
    await pushAssembled.learn(assembled, { destination: build.outputImage, digest: pushed });
    return pushed;
  }
  await recordDigest(`${repositoryOf(build.outputImage)}@${digest}`, imageId);
  return digest;
}

interface Built {
  readonly imageId: string;
  readonly digest: string;
  readonly recipe: BuildRecipe;
  readonly bases: ReadonlyMap<string, BaseImage>;
}

/** A build with an image the store cannot name again is not remembered: whether it changed could not be told. */
async function remember(build: BuildWorkload, built: Built, tools: RunTools): Promise<void> {
  const bases: { name: string; imageId: string }[] = [];
  for (const name of built.recipe.scan.images) {
    const imageId = built.bases.get(name)?.imageId;
    if (imageId === undefined) return;
    bases.push({ name, imageId });
  }
  await tools.index.put(reuseKeyFor(build), {
    imageId: built.imageId,
    digest: built.digest,
    repository: repositoryOf(build.outputImage),
    bases,
    summary: built.recipe.summary,
  });
}
