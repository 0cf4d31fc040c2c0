/**
 * Reads the index files of containers/storage (overlay driver) as buildah and skopeo leave them: images.json,
 * layers.json, and the images' "big data" (manifest and configuration). No process is spawned: this is on the
 * cold-start path. What was read stays in memory until one of the two index files changes; writers replace them by
 * rename, so inode, size and time tell.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageConfig, StoredImage } from '../image-store.ts';
import { parseConfigFile, type Platform } from './image-config.ts';

export interface ImageEntry {
  readonly id: string;
  /** Digests of all manifests that lead to this image, a list for several platforms included. */
  readonly digests: readonly string[];
  readonly names: readonly string[];
  readonly topLayer: string;
}

export interface LayerEntry {
  readonly id: string;
  readonly parent: string;
  readonly sizeBytes: number;
}

/** Bounds the walk from a layer to its ancestors; the kernel's overlayfs takes at most 500 lower folders. */
const LAYERS_MAX = 500;

export function parseImagesIndex(text: string): readonly ImageEntry[] {
  const entries = JSON.parse(text) as readonly Record<string, unknown>[];
  return entries.map((entry) => {
    const dataNames = (entry['big-data-names'] as readonly string[] | undefined) ?? [];
    const digests = dataNames
      .filter((name) => name.startsWith('manifest-'))
      .map((name) => name.slice('manifest-'.length));
    const own = entry['digest'] as string | undefined;
    return {
      id: String(entry['id']),
      digests: [...new Set(own === undefined ? digests : [own, ...digests])],
      names: (entry['names'] as readonly string[] | undefined) ?? [],
      topLayer: (entry['layer'] as string | undefined) ?? '',
    };
  });
}

export function parseLayersIndex(text: string): ReadonlyMap<string, LayerEntry> {
  const entries = JSON.parse(text) as readonly Record<string, unknown>[];
  return new Map(
    entries.map((entry) => {
      const id = String(entry['id']);
      const parent = (entry['parent'] as string | undefined) ?? '';
      return [id, { id, parent, sizeBytes: Number(entry['diff-size'] ?? 0) }];
    }),
  );
}

/** Lowest first; undefined when the chain is broken. */
export function layerChain(layers: ReadonlyMap<string, LayerEntry>, top: string): readonly LayerEntry[] | undefined {
  const chain: LayerEntry[] = [];
  for (let id = top; id !== '';) {
    const layer = layers.get(id);
    if (!layer || chain.length === LAYERS_MAX) return undefined;
    chain.push(layer);
    id = layer.parent;
  }
  return chain.toReversed();
}

/** containers/storage writes names with other characters than letters and digits in base64. Source: makeBigDataBaseName. */
export function bigDataFileName(name: string): string {
  return /^[A-Za-z0-9]+$/.test(name) ? name : `=${Buffer.from(name, 'utf8').toString('base64')}`;
}

export interface ReadImage {
  readonly entry: ImageEntry;
  readonly layers: readonly LayerEntry[];
  readonly layerDirs: readonly string[];
  readonly config: ImageConfig;
  readonly platform: Platform;
}

interface Snapshot {
  readonly mark: string;
  readonly images: readonly ImageEntry[];
  readonly byId: ReadonlyMap<string, ImageEntry>;
  readonly layers: ReadonlyMap<string, LayerEntry>;
  readonly read: Map<string, Promise<ReadImage | undefined>>;
}

export interface StoredImages {
  list(): Promise<readonly ImageEntry[]>;
  /** Undefined when there is no such image or a part of it is missing. */
  read(imageId: string): Promise<ReadImage | undefined>;
}

export function openStoredImages(graphRoot: string): StoredImages {
  const imagesPath = join(graphRoot, 'overlay-images', 'images.json');
  const layersPath = join(graphRoot, 'overlay-layers', 'layers.json');
  let snapshot: Snapshot | undefined;

  async function current(): Promise<Snapshot> {
    const mark = `${await fileMark(imagesPath)} ${await fileMark(layersPath)}`;
    if (snapshot?.mark === mark) return snapshot;
    const images = parseImagesIndex(await readOr(imagesPath, '[]'));
    const layers = parseLayersIndex(await readOr(layersPath, '[]'));
    snapshot = { mark, images, byId: new Map(images.map((image) => [image.id, image])), layers, read: new Map() };
    return snapshot;
  }

  return {
    async list() {
      return (await current()).images;
    },
    async read(imageId) {
      const { byId, layers, read } = await current();
      const entry = byId.get(imageId);
      if (!entry) return undefined;
      const known = read.get(imageId) ?? readImage(graphRoot, entry, layers);
      read.set(imageId, known);
      // A failure to read is not remembered: the next call looks again.
      known.catch(() => read.delete(imageId));
      return known;
    },
  };
}

async function readImage(
  graphRoot: string,
  entry: ImageEntry,
  layers: ReadonlyMap<string, LayerEntry>,
): Promise<ReadImage | undefined> {
  const chain = layerChain(layers, entry.topLayer);
  if (!chain) return undefined;
  const dataDir = join(graphRoot, 'overlay-images', entry.id);
  const manifest = JSON.parse(await readFile(join(dataDir, 'manifest'), 'utf8')) as {
    readonly config?: { readonly digest?: string };
  };
  const configName = manifest.config?.digest ?? `sha256:${entry.id}`;
  const { config, platform } = parseConfigFile(await readFile(join(dataDir, bigDataFileName(configName)), 'utf8'));
  const layerDirs = chain.map((layer) => join(graphRoot, 'overlay', layer.id, 'diff'));
  return { entry, layers: chain, layerDirs, config, platform };
}

export function storedImage(image: ReadImage, reference: string, digest: string): StoredImage {
  return { reference, digest, imageId: image.entry.id, layerDirs: image.layerDirs, config: image.config };
}

async function fileMark(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true });
    return `${ino}:${size}:${mtimeNs}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'none';
    throw error;
  }
}

async function readOr(path: string, missing: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return missing;
    throw error;
  }
}
