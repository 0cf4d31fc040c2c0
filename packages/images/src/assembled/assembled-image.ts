/**
 * An image that was put together here, as bytes: its configuration, and of its layers the archives of those that are new.
 * Layers are named by the digest of what they unpack to, so the same content has the same name in store and registry.
 */
import { createHash } from 'node:crypto';
import type { BaseConfig } from './base-config.ts';

export interface AssembledLayer {
  readonly digest: string;
  readonly sizeBytes: number;
  /** The archive, not compressed; undefined for a layer of the base image, which the store has. */
  readonly path?: string;
}

export interface AssembledImage {
  readonly config: Buffer;
  /** In the store: hex, the digest of the configuration. */
  readonly imageId: string;
  /** Lowest first. */
  readonly layers: readonly AssembledLayer[];
  readonly annotations: Readonly<Record<string, string>>;
}

export interface BlobDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

export function assembledImage(
  config: BaseConfig,
  { layers, annotations }: Pick<AssembledImage, 'annotations' | 'layers'>,
): AssembledImage {
  const bytes = Buffer.from(JSON.stringify(config));
  return { config: bytes, imageId: sha256Of(bytes), layers, annotations };
}

/** `described` tells how a layer is called where the manifest is going; without it, by the digest of its content. */
export function renderManifest(
  { config, imageId, layers, annotations }: AssembledImage,
  described: ReadonlyMap<string, BlobDescriptor> = new Map(),
): Buffer {
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { mediaType: CONFIG_TYPE, digest: `sha256:${imageId}`, size: config.length },
    layers: layers.map(
      ({ digest, sizeBytes }) => described.get(digest) ?? { mediaType: LAYER_TYPE, digest, size: sizeBytes },
    ),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
  return Buffer.from(JSON.stringify(manifest));
}

export function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
