/** What an image of the store is made of, for those who put something on top of it. Looks at files; starts nothing. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerStorage } from '../image-store.ts';
import { bigDataFileName, layerChain, parseImagesIndex, parseLayersIndex } from '../store/stored-images.ts';
import type { BaseConfig } from './base-config.ts';

export interface ImageParts {
  readonly config: BaseConfig;
  /** Lowest first. */
  readonly layers: readonly { readonly digest: string; readonly sizeBytes: number; readonly dir: string }[];
}

/** undefined when the store has no such image, or not all of it. */
export async function readImageParts(storage: ContainerStorage, imageId: string): Promise<ImageParts | undefined> {
  const at = (...names: readonly string[]): string => join(storage.graphRoot, ...names);
  const [images, layers] = await Promise.all([
    readFile(at('overlay-images', 'images.json'), 'utf8'),
    readFile(at('overlay-layers', 'layers.json'), 'utf8'),
  ]);
  const entry = parseImagesIndex(images).find(({ id }) => id === imageId);
  const chain = entry && layerChain(parseLayersIndex(layers), entry.topLayer);
  if (!chain) return undefined;
  const text = await readFile(at('overlay-images', imageId, bigDataFileName(`sha256:${imageId}`)), 'utf8');
  const file = JSON.parse(text) as Partial<BaseConfig>;
  const diffIds = file.rootfs?.diff_ids ?? [];
  if (diffIds.length !== chain.length || file.architecture === undefined || file.os === undefined) return undefined;
  const config: BaseConfig = {
    architecture: file.architecture,
    os: file.os,
    ...(file.variant === undefined ? {} : { variant: file.variant }),
    config: file.config ?? {},
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: file.history ?? [],
  };
  return {
    config,
    layers: chain.map(({ id, sizeBytes }, index) => ({
      digest: diffIds[index] ?? '',
      sizeBytes,
      dir: at('overlay', id, 'diff'),
    })),
  };
}
