/**
 * The one local store of images: containers/storage (overlay driver), filled by buildah and read by us. Nobody unpacks
 * a layer twice: instances mount the store's own layer folders, read-only.
 */
import type { ImageCredentials } from '@slipway/engine';

/** The part of an image's configuration that decides how it runs. Source: OCI image spec, "config". */
export interface ImageConfig {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDir: string;
  /** `user[:group]`, names or numbers; '' means root. */
  readonly user: string;
  readonly exposedPorts: readonly number[];
  readonly stopSignal: string;
}

/** An image that is completely on this machine. */
export interface StoredImage {
  /** `registry/name@sha256:…`. */
  readonly reference: string;
  readonly digest: string;
  /** Id in the store: the SHA-256 of the configuration, hex. */
  readonly imageId: string;
  /** Unpacked layer folders, lowest first. Owned by the store, never to be written. */
  readonly layerDirs: readonly string[];
  readonly config: ImageConfig;
}

export interface ImageStore {
  /** Pulls what is missing and pins the reference. Throws EngineFault with an `image_…` code. Concurrent calls share one pull. */
  resolve(
    reference: string,
    options?: { readonly credentials?: ImageCredentials; readonly signal?: AbortSignal },
  ): Promise<StoredImage>;
  /** A pinned image that is already here, else undefined. No network, no process: this is on the cold-start path. */
  read(pinnedReference: string): Promise<StoredImage | undefined>;
  /**
   * Records that a pushed digest is an image of this store, so that deploying what was just built pulls nothing.
   * Idempotent and durable.
   */
  recordDigest(pinnedReference: string, imageId: string): Promise<void>;
}

/** Where the store lives and how buildah and skopeo are told so; every call to them carries exactly this. */
export interface ContainerStorage {
  readonly graphRoot: string;
  readonly runRoot: string;
  /** containers-storage.conf(5), registries.conf(5), policy.json(5) and the auth file, all written by us. */
  readonly storageConfPath: string;
  readonly registriesConfPath: string;
  readonly policyPath: string;
  readonly authFilePath: string;
  /** Environment for buildah and skopeo (CONTAINERS_STORAGE_CONF, CONTAINERS_REGISTRIES_CONF, TMPDIR, …). */
  readonly environment: Readonly<Record<string, string>>;
}
