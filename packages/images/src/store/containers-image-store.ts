/**
 * The image store on containers/storage. `read` only looks at files; `resolve` asks the registry what a tag means, and
 * pulls by digest what is missing. Invariants: a returned reference is pinned and recorded before it is returned; what
 * was pulled with credentials is handed out again only to a caller whom the registry still lets have it.
 */
import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { EngineFault, type ImageCredentials } from '@slipway/engine';
import type { ContainerStorage, ImageStore, StoredImage } from '../image-store.ts';
import { imageFault } from './classify-image-failure.ts';
import { parseConfigFile, parseManifest, requirePlatform, type Platform } from './image-config.ts';
import {
  formatReference,
  isLocalReference,
  parseImageReference,
  pinReference,
  type ImageReference,
} from './image-reference.ts';
import type { ImageRecords } from './image-records.ts';
import { fetchConfigFile, fetchManifest, pullImage, withAuthFile, type TransferOptions } from './registry-transfer.ts';
import { createShareWork } from './share-work.ts';
import { storedImage, type ReadImage, type StoredImages } from './stored-images.ts';

export interface ContainersImageStoreOptions {
  readonly storage: ContainerStorage;
  readonly images: StoredImages;
  readonly records: ImageRecords;
  readonly machine: Platform;
  /** Makes an image of the name `localhost/…` exist if the platform knows how to compose it. */
  readonly ensureLocalImage?: (name: string, signal: AbortSignal) => Promise<void>;
}

export function createContainersImageStore(options: ContainersImageStoreOptions): ImageStore {
  const { images, records } = options;
  const share = createShareWork<StoredImage>();

  async function read(pinned: string): Promise<StoredImage | undefined> {
    const record = await records.get(pinned);
    if (!record) return undefined;
    const image = await images.read(record.imageId);
    if (!image) return undefined;
    records.touch(pinned);
    return storedImage(image, pinned, pinned.slice(pinned.indexOf('@') + 1));
  }

  async function recordDigest(pinnedReference: string, imageId: string): Promise<void> {
    const reference = parseImageReference(pinnedReference);
    if (reference.digest === undefined) {
      throw new EngineFault('image_reference_invalid', `Cannot record image "${pinnedReference}": it has no digest`);
    }
    await records.put(formatReference(reference), { imageId: imageId.replace(/^sha256:/, ''), guarded: false });
  }

  return {
    read,
    recordDigest,
    async resolve(text, { credentials, signal } = {}) {
      const reference = parseImageReference(text);
      const name = formatReference(reference);
      if (reference.digest !== undefined && !(await records.get(name))?.guarded) {
        const present = await read(name);
        if (present) return present;
      }
      const work = isLocalReference(reference)
        ? (workSignal: AbortSignal) => resolveLocal(reference, options, workSignal)
        : (workSignal: AbortSignal) => resolveRemote(reference, { ...options, credentials, signal: workSignal });
      return share(`${name} ${credentialsKey(credentials)}`, work, { signal });
    },
  };
}

/** Callers with different rights never share one answer. */
function credentialsKey(credentials: ImageCredentials | undefined): string {
  if (!credentials) return '';
  const { server, username, password } = credentials;
  return createHash('sha256')
    .update(JSON.stringify([server, username, password]))
    .digest('hex');
}

async function resolveLocal(
  reference: ImageReference,
  options: ContainersImageStoreOptions,
  signal: AbortSignal,
): Promise<StoredImage> {
  const name = formatReference(reference);
  await options.ensureLocalImage?.(name, signal);
  const entries = await options.images.list();
  const { digest } = reference;
  const repository = `${reference.registry}/${reference.repository}`;
  const entry = entries.find((one) =>
    digest === undefined
      ? one.names.includes(name)
      : one.digests.includes(digest) && one.names.some((other) => other.startsWith(`${repository}:`)),
  );
  const pinnedDigest = digest ?? entry?.digests[0];
  if (!entry || pinnedDigest === undefined) {
    throw imageFault('image_not_found', { reference: name, registry: reference.registry, output: '' });
  }
  return keep(pinReference(reference, pinnedDigest), { ...options, imageId: entry.id, guarded: false });
}

interface RemoteOptions extends ContainersImageStoreOptions {
  readonly credentials: ImageCredentials | undefined;
  readonly signal: AbortSignal;
}

async function resolveRemote(reference: ImageReference, options: RemoteOptions): Promise<StoredImage> {
  const { storage, credentials, signal, images, records } = options;
  return withAuthFile(storage, credentials, async (authFilePath) => {
    const transfer: TransferOptions = { storage, authFilePath, signal };
    const manifest = await fetchManifest(reference, transfer);
    const pinned = pinReference(reference, manifest.digest);
    const known = await records.get(formatReference(pinned));
    const guarded = credentials !== undefined && (known?.guarded ?? true);
    const present = known?.imageId ?? (await findByDigest(images, manifest.digest));
    if (present !== undefined && (await isComplete(await images.read(present)))) {
      return keep(pinned, { ...options, imageId: present, guarded });
    }
    await checkPlatform(pinned, manifest.text, options, transfer);
    await pullImage(pinned, transfer);
    const pulled = await findByDigest(images, manifest.digest);
    if (pulled === undefined) throw damaged(pinned);
    return keep(pinned, { ...options, imageId: pulled, guarded });
  });
}

/** Before anything large is moved. */
async function checkPlatform(
  pinned: ImageReference,
  manifestText: string,
  options: RemoteOptions,
  transfer: TransferOptions,
): Promise<void> {
  const name = formatReference(pinned);
  try {
    const manifest = parseManifest(manifestText);
    const platforms =
      manifest.kind === 'index'
        ? manifest.platforms
        : [parseConfigFile(await fetchConfigFile(pinned, transfer)).platform];
    requirePlatform(name, platforms, options.machine);
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(pinned, error);
    throw error;
  }
}

async function findByDigest(images: StoredImages, digest: string): Promise<string | undefined> {
  const entries = await images.list();
  return entries.find((entry) => entry.digests.includes(digest))?.id;
}

async function isComplete(image: ReadImage | undefined): Promise<boolean> {
  if (!image) return false;
  const checks = await Promise.allSettled(image.layerDirs.map((dir) => access(dir)));
  return checks.every((check) => check.status === 'fulfilled');
}

/** Verifies what is in the store, records it, and only then hands it out. */
async function keep(
  pinned: ImageReference,
  options: ContainersImageStoreOptions & { readonly imageId: string; readonly guarded: boolean },
): Promise<StoredImage> {
  const name = formatReference(pinned);
  const image = await options.images.read(options.imageId);
  if (!image || pinned.digest === undefined || !(await isComplete(image))) throw damaged(pinned);
  requirePlatform(name, [image.platform], options.machine);
  await options.records.put(name, { imageId: options.imageId, guarded: options.guarded });
  return storedImage(image, name, pinned.digest);
}

function damaged(pinned: ImageReference, cause?: unknown): EngineFault {
  const subject = { reference: formatReference(pinned), registry: pinned.registry, output: '' };
  return imageFault('image_damaged', subject, cause === undefined ? undefined : { cause });
}
