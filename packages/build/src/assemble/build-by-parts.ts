/**
 * Builds an image in two parts where it can: buildah carries out what runs or is not plain, once, and that is remembered
 * for as long as nothing of it changes; the files and settings at the end are put on top of it here, without a program.
 * Nothing is decided about what an instruction means beyond what is plain: all else is buildah's, whole.
 */
import { createHash } from 'node:crypto';
import { lstat, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  assembledImage,
  type AssembledImage,
  type AssembledLayer,
  type ImageParts,
  platformOfMachine,
  readImageParts,
} from '@slipway/images';
import { MOUNT_FLAGS, mountFileSystem, unmount } from '@slipway/kernel';
import type { BaseImage } from '../base-images.ts';
import type { BuildRecipe } from '../build-recipe.ts';
import { renderJudged } from '../dockerfile/prepare-dockerfile.ts';
import { baseAnnotation, buildImage, type ImageBuild } from '../image-build.ts';
import type { HostBuilderOptions } from '../host-builder-options.ts';
import { BUILDER_VERSION } from '../reuse/reuse-key.ts';
import type { HeadIndex } from './head-index.ts';
import { assembledConfig } from './assembled-config.ts';
import { planCopy } from './copy-plan.ts';
import { hashInputs, headReads } from './head-inputs.ts';
import { parseIgnoreFile } from './ignored-paths.ts';
import { openImageTree } from './image-tree.ts';
import { writeLayer } from './layer-archive.ts';
import { openSourceTree } from './source-tree.ts';
import { type SplitDockerfile, splitDockerfile, type TailStep } from './split-dockerfile.ts';

/** What is put together here is not within the limits of the build's own processes: more than this is buildah's. */
const BYTES_MAX = 256 * 1024 * 1024;
const FILES_MAX = 50_000;
const IGNORE_BYTES_MAX = 64 * 1024;

export interface PartsBuild {
  readonly image: ImageBuild;
  readonly bases: ReadonlyMap<string, BaseImage>;
  readonly heads: HeadIndex;
  readonly options: HostBuilderOptions;
}

/** undefined: it is not of this kind; then nothing was done that another build would not do. */
export async function buildByParts(work: PartsBuild, signal: AbortSignal): Promise<AssembledImage | undefined> {
  const { recipe } = work.image;
  const split = splitDockerfile(recipe.scan);
  if (!split) return undefined;
  const ignoreText = await readIgnoreFile(recipe);
  const isIgnored = ignoreText === undefined ? undefined : parseIgnoreFile(ignoreText);
  if (!isIgnored || !(await areBasesPlain(work))) return undefined;
  const base = await openHead(split, { work, ignoreText: ignoreText ?? '' }, signal);
  if (base === 'unknown') return undefined;
  return assemble(split.tail, { ...work, base, isIgnored }, signal);
}

/** What buildah would read; undefined when it is no plain file. */
async function readIgnoreFile({ contextPath, ignoreFile }: BuildRecipe): Promise<string | undefined> {
  if (ignoreFile !== undefined) return ignoreFile;
  for (const name of ['.containerignore', '.dockerignore']) {
    const path = join(contextPath, name);
    const info = await lstat(path).catch(() => undefined);
    if (info) return info.isFile() && info.size <= IGNORE_BYTES_MAX ? readFile(path, 'utf8') : undefined;
  }
  return '';
}

/** An image may carry instructions for builds on top of it, or another shell. */
async function areBasesPlain({ bases, options }: PartsBuild): Promise<boolean> {
  for (const { imageId } of bases.values()) {
    const parts = imageId === undefined ? undefined : await readImageParts(options.storage, imageId);
    const { OnBuild, Shell } = parts?.config.config ?? {};
    if (!parts || (OnBuild?.length ?? 0) > 0 || (Shell?.length ?? 0) > 0) return false;
  }
  return true;
}

interface HeadWork {
  readonly work: PartsBuild;
  readonly ignoreText: string;
}

/** The image of the first part, from the store if it was built before; undefined for an image that starts from nothing. */
async function openHead(
  { head }: SplitDockerfile,
  { work, ignoreText }: HeadWork,
  signal: AbortSignal,
): Promise<ImageParts | undefined | 'unknown'> {
  if (head.instructions.length === 0) return undefined;
  const reads = headReads(head);
  if (reads.kind === 'unknown') return 'unknown';
  const { image, bases, heads, options } = work;
  const { build, recipe, references } = image;
  const key = createHash('sha256')
    .update(
      JSON.stringify([
        BUILDER_VERSION,
        build.projectId,
        renderJudged(head, references),
        [...bases].map(([name, { imageId }]) => [name, imageId]),
        Object.entries(build.buildArguments).toSorted(([left], [right]) => (left < right ? -1 : 1)),
        ignoreText,
        await hashInputs(recipe.contextPath, reads.beginnings),
      ]),
    )
    .digest('hex');
  const known = heads.get(key);
  const present = known === undefined ? undefined : await readImageParts(options.storage, known);
  if (known !== undefined && present) {
    image.log.write('The steps before are those of an earlier build');
    await options.recordDigest(headReference(known), known);
    return present;
  }
  const imageId = await buildImage({ ...image, recipe: { ...recipe, scan: head }, labels: {} }, options, signal);
  await options.recordDigest(headReference(imageId), imageId);
  await heads.put(key, imageId);
  return (await readImageParts(options.storage, imageId)) ?? 'unknown';
}

/** Known as ours under a name, it can be collected when nothing has used it for long. */
function headReference(imageId: string): string {
  return `localhost/build-steps@sha256:${imageId}`;
}

interface AssembleWork extends PartsBuild {
  readonly base: ImageParts | undefined;
  readonly isIgnored: (path: string) => boolean;
}

async function assemble(
  tail: readonly TailStep[],
  work: AssembleWork,
  signal: AbortSignal,
): Promise<AssembledImage | undefined> {
  const { base, image, isIgnored } = work;
  const { contextPath } = image.recipe;
  const mounted = await mountBase(base, join(image.workDir, 'base'));
  if (mounted === 'unknown') return undefined;
  try {
    const trees = {
      source: openSourceTree(contextPath, isIgnored),
      image: openImageTree(mounted?.root),
      workingDir: base?.config.config.WorkingDir ?? '/',
    };
    const made = new Map<TailStep, AssembledLayer>();
    let bytes = 0;
    let files = 0;
    for (const [index, step] of tail.entries()) {
      if (step.kind !== 'copy') continue;
      const entries = await planCopy(step, trees);
      if (!entries || entries.length === 0) return undefined;
      bytes += entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      files += entries.length;
      if (bytes > Math.min(BYTES_MAX, image.build.diskBytes) || files > FILES_MAX) return undefined;
      const path = join(image.workDir, `layer-${index}.tar`);
      made.set(step, await writeLayer(entries, { contextPath, path }, signal));
    }
    for (const { text } of tail) image.log.write(text);
    return imageOf(tail, made, work);
  } finally {
    if (mounted?.isMount) unmount(mounted.root);
  }
}

function imageOf(
  tail: readonly TailStep[],
  made: ReadonlyMap<TailStep, AssembledLayer>,
  { base, image }: AssembleWork,
): AssembledImage {
  const config = assembledConfig({
    base: base?.config,
    platform: platformOfMachine(process.arch),
    tail,
    diffIds: new Map([...made].map(([step, { digest }]) => [step, digest])),
    labels: image.labels,
  });
  const below = (base?.layers ?? []).map(({ digest, sizeBytes }) => ({ digest, sizeBytes }));
  return assembledImage(config, { layers: [...below, ...made.values()], annotations: baseAnnotation(image.recipe) });
}

/** The kernel takes one page of options. */
const MOUNT_OPTIONS_MAX = 4000;

/** To look at, in the platform's own mount namespace; the layers stay as they are. */
async function mountBase(
  base: ImageParts | undefined,
  target: string,
): Promise<{ readonly root: string; readonly isMount: boolean } | undefined | 'unknown'> {
  const dirs = (base?.layers ?? []).map(({ dir }) => dir);
  const [only] = dirs;
  if (only === undefined) return undefined;
  if (dirs.length === 1) return { root: only, isMount: false };
  const options = `lowerdir=${dirs.toReversed().join(':')}`;
  if (options.length > MOUNT_OPTIONS_MAX) return 'unknown';
  await mkdir(target, { recursive: true });
  const flags = MOUNT_FLAGS.readonly | MOUNT_FLAGS.nodev | MOUNT_FLAGS.nosuid | MOUNT_FLAGS.noexec;
  mountFileSystem({ source: 'overlay', target, type: 'overlay', flags, options });
  return { root: target, isMount: true };
}
