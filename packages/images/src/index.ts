/** Images on this machine: the local store, the bundled registry, and the base images that the platform composes. */
export { assembledImage, type AssembledImage, type AssembledLayer } from './assembled/assembled-image.ts';
export type { BaseConfig } from './assembled/base-config.ts';
export { importImage } from './assembled/import-image.ts';
export { createKnownBlobs } from './assembled/known-blobs.ts';
export { type AssembledPusher, createAssembledPusher } from './assembled/push-assembled.ts';
export { type ImageParts, readImageParts } from './assembled/read-image-parts.ts';
export { createBaseImages, type BaseImages, type BaseImageStep } from './base/base-images.ts';
export type { ContainerStorage, ImageConfig, ImageStore, StoredImage } from './image-store.ts';
export { pushImage } from './registry/push-image.ts';
export { removeRepositories } from './registry/remove-repositories.ts';
export { registryKeysFor, startRegistry, type RegistryProcess } from './registry/registry-process.ts';
export { createRegistryTokenIssuer, type RegistryTokenIssuer } from './registry/registry-token-issuer.ts';
export { prepareContainerStorage } from './storage/prepare-container-storage.ts';
export { renderAuthFile, type RegistryRoute } from './storage/render-storage-config.ts';
export { collectImages } from './store/collection.ts';
export { platformOfMachine } from './store/image-config.ts';
export { openImageStore, type OpenImageStore } from './store/open-image-store.ts';
