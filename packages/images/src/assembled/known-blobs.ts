/**
 * Remembers how layers are called in the bundled registry: there they may be compressed, and then have another digest than
 * their content. In memory and bounded; what is forgotten, or gone from the registry, costs one push by skopeo.
 */
import type { BlobDescriptor } from './assembled-image.ts';

export interface KnownBlob {
  readonly descriptor: BlobDescriptor;
  /** A repository that holds it. */
  readonly repository: string;
}

export interface KnownBlobs {
  /** In this repository if it is known there, else in another one. */
  find(layerDigest: string, repository: string): KnownBlob | undefined;
  add(layerDigest: string, blob: KnownBlob): void;
  forget(layerDigests: readonly string[]): void;
}

const BLOBS_MAX_DEFAULT = 10_000;

export function createKnownBlobs(blobsMax: number = BLOBS_MAX_DEFAULT): KnownBlobs {
  const places = new Map<string, KnownBlob>();
  const keyOf = (layerDigest: string, repository: string): string => `${layerDigest} ${repository}`;

  function set(key: string, blob: KnownBlob): void {
    places.delete(key);
    places.set(key, blob);
    for (const oldest of places.keys()) {
      if (places.size <= blobsMax) break;
      places.delete(oldest);
    }
  }

  return {
    find: (layerDigest, repository) => places.get(keyOf(layerDigest, repository)) ?? places.get(keyOf(layerDigest, '')),
    add(layerDigest, blob) {
      set(keyOf(layerDigest, blob.repository), blob);
      set(keyOf(layerDigest, ''), blob);
    },
    forget(layerDigests) {
      const gone = new Set(layerDigests);
      for (const key of places.keys()) if (gone.has(key.slice(0, key.indexOf(' ')))) places.delete(key);
    },
  };
}
