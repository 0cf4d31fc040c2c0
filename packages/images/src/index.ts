/** Images on this machine: the local store, the bundled registry, and the base images that the platform composes. */
export { createBaseImages, type BaseImages, type BaseImageStep } from './base/base-images.ts';
export type { ContainerStorage, ImageConfig, ImageStore, StoredImage } from './image-store.ts';
export { pushImage } from './registry/push-image.ts';
export { removeRepositories } from './registry/remove-repositories.ts';
export { registryKeysFor, startRegistry, type RegistryProcess } from './registry/registry-process.ts';
export { createRegistryTokenIssuer, type RegistryTokenIssuer } from './registry/registry-token-issuer.ts';
export { prepareContainerStorage } from './storage/prepare-container-storage.ts';
export { renderAuthFile, type RegistryRoute } from './storage/render-storage-config.ts';
export { collectImages } from './store/collection.ts';
export { openImageStore, type OpenImageStore } from './store/open-image-store.ts';
