/**
 * Keeps the image store within a budget. `decideCollection` is pure and says what goes: least recently used first, never
 * what is in use or was until a moment ago, and only images that this platform recorded as its own. `collectImages`
 * removes exactly that.
 */
import { runProcess } from '@slipway/process';
import type { OpenImageStore } from './open-image-store.ts';

export interface CollectableImage {
  readonly imageId: string;
  /** Every pinned reference that leads to the image. */
  readonly references: readonly string[];
  /** Layers with their sizes; a layer shared by several images counts once. */
  readonly layers: readonly { readonly id: string; readonly sizeBytes: number }[];
  /** ISO 8601. */
  readonly usedAt: string;
}

/** References of the images to remove, the longest unused first; what stays fits the budget or is in use. */
export function decideCollection(
  images: readonly CollectableImage[],
  inUse: ReadonlySet<string>,
  options: { readonly budgetBytes: number; readonly usedBefore: string },
): readonly CollectableImage[] {
  const users = new Map<string, number>();
  let totalBytes = 0;
  for (const layer of images.flatMap((image) => image.layers)) {
    const count = users.get(layer.id) ?? 0;
    if (count === 0) totalBytes += layer.sizeBytes;
    users.set(layer.id, count + 1);
  }
  const removed: CollectableImage[] = [];
  for (const image of images.toSorted((a, b) => a.usedAt.localeCompare(b.usedAt))) {
    if (totalBytes <= options.budgetBytes) break;
    if (image.usedAt >= options.usedBefore) break;
    if (image.references.some((reference) => inUse.has(reference))) continue;
    removed.push(image);
    for (const layer of image.layers) {
      const count = (users.get(layer.id) ?? 0) - 1;
      users.set(layer.id, count);
      if (count === 0) totalBytes -= layer.sizeBytes;
    }
  }
  return removed;
}

const REMOVE_TIMEOUT_MS = 2 * 60_000;

export interface CollectionOptions {
  /** Pinned references of all revisions and running instances. */
  readonly inUse: ReadonlySet<string>;
  readonly budgetBytes: number;
  /** What was used at or after this time (ISO 8601) stays: a deploy may be about to declare it. */
  readonly usedBefore: string;
  readonly signal: AbortSignal;
}

/** Pinned references of what was removed. */
export async function collectImages(store: OpenImageStore, options: CollectionOptions): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const image of decideCollection(await listCollectable(store), options.inUse, options)) {
    options.signal.throwIfAborted();
    const records = await Promise.all(image.references.map((reference) => store.records.get(reference)));
    // Somebody asked for it since the list was made.
    if (records.some((record) => record !== undefined && record.usedAt > image.usedAt)) continue;
    // The record goes first: after a crash in between an image is left over, never a record that leads nowhere.
    await store.records.remove(image.references);
    await runProcess(['buildah', 'rmi', '--force', image.imageId], {
      env: { ...store.storage.environment },
      signal: options.signal,
      timeoutMs: REMOVE_TIMEOUT_MS,
    });
    removed.push(...image.references);
  }
  return removed;
}

async function listCollectable(store: OpenImageStore): Promise<readonly CollectableImage[]> {
  const byId = new Map<string, { references: string[]; usedAt: string }>();
  // Base images are needed by the next build, and each costs a composition.
  const entries = await store.images.list();
  const bases = new Set(entries.filter(({ names }) => names.some(isBaseName)).map(({ id }) => id));
  for (const [reference, record] of await store.records.all()) {
    if (isBaseName(reference) || bases.has(record.imageId)) continue;
    const known = byId.get(record.imageId);
    const usedAt = known && known.usedAt > record.usedAt ? known.usedAt : record.usedAt;
    byId.set(record.imageId, { references: [...(known?.references ?? []), reference], usedAt });
  }
  const images = await Promise.all(
    [...byId].map(async ([imageId, { references, usedAt }]) => {
      const image = await store.images.read(imageId);
      return { imageId, references, usedAt, layers: image?.layers ?? [] };
    }),
  );
  return images.filter((image) => image.layers.length > 0);
}

function isBaseName(name: string): boolean {
  return name.startsWith('localhost/slipway/');
}
