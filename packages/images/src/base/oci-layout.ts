/**
 * Images as OCI image layouts, written by ourselves: an archive that mmdebstrap or tar made is a layer as it is, so
 * nothing is unpacked and packed again. `describeImage` is pure; `writeLayout` puts blobs into a folder that several
 * layouts share, each under its digest and by rename. Source: OCI image spec 1.0, "image layout".
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ImageSettings } from './base-recipe.ts';
import type { Platform } from '../store/image-config.ts';

export interface Blob {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** Everything packed bears this time, so that the same content has the same digest. 2025-01-01. */
export const SOURCE_DATE_EPOCH = 1_735_689_600;

const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
export const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';

export interface ImageDescription {
  readonly config: string;
  readonly manifest: string;
  readonly index: string;
}

/** `layers`: uncompressed, lowest first. */
export function describeImage(
  layers: readonly Blob[],
  options: { readonly platform: Platform; readonly settings: ImageSettings; readonly title: string },
): ImageDescription {
  const { platform, settings, title } = options;
  const created = new Date(SOURCE_DATE_EPOCH * 1000).toISOString();
  const config = JSON.stringify({
    created,
    architecture: platform.architecture,
    os: platform.os,
    config: {
      Env: Object.entries(settings.environment).map(([name, value]) => `${name}=${value}`),
      Cmd: settings.command,
      Labels: { 'org.opencontainers.image.title': title },
    },
    // Layers are uncompressed: their digests are also the digests of their content.
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) },
    history: layers.map(() => ({ created, created_by: 'slipway', comment: title })),
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: blobOf(config, CONFIG_TYPE),
    layers,
  });
  const index = JSON.stringify({ schemaVersion: 2, manifests: [blobOf(manifest, MANIFEST_TYPE)] });
  return { config, manifest, index };
}

function blobOf(content: string, mediaType: string): Blob {
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  return { mediaType, digest, size: Buffer.byteLength(content) };
}

/** Moves a layer archive among the shared blobs. */
export async function adoptLayer(archivePath: string, blobsDir: string): Promise<Blob> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(archivePath), hash);
  const digest = hash.digest('hex');
  const { size } = await stat(archivePath);
  await mkdir(join(blobsDir, 'sha256'), { recursive: true });
  await rename(archivePath, join(blobsDir, 'sha256', digest));
  return { mediaType: LAYER_TYPE, digest: `sha256:${digest}`, size };
}

/** The layers of a layout that `writeLayout` wrote, lowest first. */
export async function readLayers(layoutDir: string, blobsDir: string): Promise<readonly Blob[]> {
  const index = JSON.parse(await readFile(join(layoutDir, 'index.json'), 'utf8')) as {
    readonly manifests: readonly Blob[];
  };
  const digest = index.manifests[0]?.digest ?? '';
  const text = await readFile(join(blobsDir, 'sha256', digest.slice('sha256:'.length)), 'utf8');
  return (JSON.parse(text) as { readonly layers: readonly Blob[] }).layers;
}

/** Writes config, manifest and index of an image whose layer is among the blobs already. */
export async function writeLayout(layoutDir: string, blobsDir: string, image: ImageDescription): Promise<void> {
  await mkdir(layoutDir, { recursive: true });
  for (const content of [image.config, image.manifest]) {
    const { digest } = blobOf(content, '');
    const path = join(blobsDir, 'sha256', digest.slice('sha256:'.length));
    await writeFile(`${path}.new`, content);
    await rename(`${path}.new`, path);
  }
  await writeFile(join(layoutDir, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(layoutDir, 'index.json'), image.index);
}
