/** Images of one machine: the store that instances mount from, the base images that builds begin with, the registry. */
export type { ContainerStorage, ImageConfig, ImageStore, StoredImage } from './image-store.ts';

/** Writes the configuration of buildah and skopeo for one platform; every call to them uses its `environment`. */
export { prepareContainerStorage, type ContainerStorageOptions } from './storage/prepare-container-storage.ts';
export {
  renderAuthFile,
  type BundledRegistry,
  type RegistryLogin,
  type RegistryRoute,
} from './storage/render-storage-config.ts';
/** Options that skopeo needs in front of its command besides the environment. */
export { skopeoOptions } from './store/registry-transfer.ts';

/** The image store on containers/storage. */
export { openImageStore, type OpenImageStore, type OpenImageStoreOptions } from './store/open-image-store.ts';
/** Completes image names as docker does; throws EngineFault('image_reference_invalid'). */
export { formatReference, parseImageReference, type ImageReference } from './store/image-reference.ts';
/** Turns an output of buildah or skopeo into an image fault with a sentence for people. */
export { classifyImageFailure, imageFault, type ImageFailure } from './store/classify-image-failure.ts';
/** Removes images that nothing uses, least recently used first, until the store fits its budget. */
export { collectImages, decideCollection, type CollectableImage } from './store/collection.ts';

/** Base images composed from the distribution's packages, made when first needed. */
export {
  createBaseImages,
  type BaseImages,
  type BaseImagesOptions,
  type BaseImageStep,
  type EnsureOptions,
} from './base/base-images.ts';
export { APP_USER_ID, BASE_IMAGE_KINDS, STATIC_SITE_DIR, type BaseImageKind } from './base/base-recipe.ts';

/** The bundled registry as a supervised process that survives the daemon. */
export {
  registryKeysFor,
  startRegistry,
  type RegistryOptions,
  type RegistryProcess,
} from './registry/registry-process.ts';
export type { RegistryKeys } from './registry/registry-keys.ts';
/** Answers the registry's token requests; the server mounts it at the realm's URL. */
export {
  createRegistryTokenIssuer,
  type RegistryTokenIssuer,
  type RegistryTokenRequest,
  type RegistryTokenResponse,
} from './registry/registry-token-issuer.ts';
/** Pushes an image of the store and says its digest in the registry. */
export { pushImage, type PushImageOptions } from './registry/push-image.ts';
