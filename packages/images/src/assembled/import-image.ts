/**
 * Brings an assembled image into the local store by one skopeo: the layers that the store has already are found by their
 * digest and not touched, the new ones are unpacked from their archives. The store stays the only writer of its files.
 */
import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineFault } from '@slipway/engine';
import { runProcess } from '@slipway/process';
import type { ContainerStorage } from '../image-store.ts';
import { skopeoOptions } from '../store/registry-transfer.ts';
import { MANIFEST_TYPE, renderManifest, sha256Of, type AssembledImage } from './assembled-image.ts';

const IMPORT_TIMEOUT_MS = 10 * 60_000;

export interface ImportOptions {
  readonly storage: ContainerStorage;
  /** A folder of the caller's, on the file system of the archives; what is made in it is removed again. */
  readonly workDir: string;
  readonly signal: AbortSignal;
}

export async function importImage(image: AssembledImage, options: ImportOptions): Promise<void> {
  const { storage, workDir, signal } = options;
  const layout = join(workDir, 'layout');
  try {
    await writeLayout(image, layout);
    const argv = ['skopeo', ...skopeoOptions(storage), 'copy', '--quiet'] as const;
    await runProcess([...argv, `oci:${layout}`, `containers-storage:@${image.imageId}`], {
      env: { ...storage.environment },
      timeoutMs: IMPORT_TIMEOUT_MS,
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new EngineFault('engine_unavailable', 'Cannot bring the image into the local store', { cause: error });
  } finally {
    await rm(layout, { recursive: true, force: true });
  }
}

/** An OCI layout with the new blobs alone. */
async function writeLayout(image: AssembledImage, layout: string): Promise<void> {
  const blobs = join(layout, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true, mode: 0o700 });
  const manifest = renderManifest(image);
  const digest = sha256Of(manifest);
  const index = {
    schemaVersion: 2,
    manifests: [{ mediaType: MANIFEST_TYPE, digest: `sha256:${digest}`, size: manifest.length }],
  };
  const archives = new Map(
    image.layers.flatMap((layer) => (layer.path === undefined ? [] : [[hexOf(layer.digest), layer.path] as const])),
  );
  await Promise.all([
    ...[...archives].map(([name, path]) => link(path, join(blobs, name))),
    writeFile(join(blobs, image.imageId), image.config),
    writeFile(join(blobs, digest), manifest),
    writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}'),
    writeFile(join(layout, 'index.json'), JSON.stringify(index)),
  ]);
}

function hexOf(digest: string): string {
  return digest.slice('sha256:'.length);
}
