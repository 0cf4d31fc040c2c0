/** Puts the image store of one machine together: the files of containers/storage, our records, skopeo. */
import { join } from 'node:path';
import type { ContainerStorage, ImageStore } from '../image-store.ts';
import { createContainersImageStore } from './containers-image-store.ts';
import { platformOfMachine } from './image-config.ts';
import { openImageRecords, type ImageRecords } from './image-records.ts';
import { openStoredImages, type StoredImages } from './stored-images.ts';

export interface OpenImageStoreOptions {
  readonly storage: ContainerStorage;
  /** Makes a `localhost/…` image exist if the platform composes it: `BaseImages.ensureLocalImage`. */
  readonly ensureLocalImage?: (name: string, signal: AbortSignal) => Promise<void>;
}

/** The store, and what collection reads of it. */
export interface OpenImageStore extends ImageStore {
  readonly storage: ContainerStorage;
  readonly images: StoredImages;
  readonly records: ImageRecords;
}

export function openImageStore(options: OpenImageStoreOptions): OpenImageStore {
  const { storage, ensureLocalImage } = options;
  const images = openStoredImages(storage.graphRoot);
  const records = openImageRecords(join(storage.graphRoot, 'slipway-records.json'));
  const store = createContainersImageStore({
    storage,
    images,
    records,
    machine: platformOfMachine(process.arch),
    ...(ensureLocalImage && { ensureLocalImage }),
  });
  return { ...store, storage, images, records };
}
