/**
 * Names of images as people write them, made complete: `nginx` is `docker.io/library/nginx:latest`, and `slipway/node`
 * is the base image the platform composes itself. `localhost/…` never leaves the machine. Grammar: the "reference"
 * package of the distribution project.
 */
import { EngineFault } from '@slipway/engine';
import { BASE_IMAGE_REPOSITORIES } from '../storage/render-storage-config.ts';

export interface ImageReference {
  /** `host[:port]`; `localhost` stands for this machine's store. */
  readonly registry: string;
  readonly repository: string;
  /** Undefined when a digest says more. */
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
}

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const REGISTRY =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-f:]+\])(?::\d{1,5})?$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const NAME_LENGTH_MAX = 255;

/** Throws EngineFault('image_reference_invalid'). */
export function parseImageReference(text: string): ImageReference {
  const [withoutDigest = '', digest, ...more] = text.trim().split('@');
  const slash = withoutDigest.lastIndexOf('/');
  const colon = withoutDigest.indexOf(':', slash + 1);
  const name = colon === -1 ? withoutDigest : withoutDigest.slice(0, colon);
  const tag = colon === -1 ? undefined : withoutDigest.slice(colon + 1);
  if (text.includes('://')) refuse(text, 'it must not begin with a protocol; write only registry/name:tag');
  if (more.length > 0 || (digest !== undefined && !DIGEST.test(digest))) {
    refuse(text, 'what follows the @ must be sha256: and 64 hexadecimal digits');
  }
  if (tag !== undefined && !TAG.test(tag)) refuse(text, 'the tag has characters that are not allowed');
  const { registry, repository } = splitName(name);
  if (!REGISTRY.test(registry)) refuse(text, `"${registry}" is not a registry's host name`);
  if (repository !== repository.toLowerCase()) refuse(text, 'the name must be in lower case');
  if (!REPOSITORY.test(repository) || registry.length + repository.length + 1 > NAME_LENGTH_MAX) {
    refuse(text, 'write it as registry/name:tag, e.g. docker.io/library/nginx:latest');
  }
  return digest === undefined ? { registry, repository, tag: tag ?? 'latest' } : { registry, repository, digest };
}

function refuse(text: string, reason: string): never {
  throw new EngineFault('image_reference_invalid', `Cannot read the image name "${text}": ${reason}`);
}

function splitName(name: string): { readonly registry: string; readonly repository: string } {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  if (first !== '' && (first === 'localhost' || /[.:[]/.test(first))) {
    const registry = first === 'index.docker.io' || first === 'registry-1.docker.io' ? 'docker.io' : first;
    const rest = name.slice(slash + 1);
    return { registry, repository: registry === 'docker.io' ? officialName(rest) : rest };
  }
  if ((BASE_IMAGE_REPOSITORIES as readonly string[]).includes(name)) return { registry: 'localhost', repository: name };
  return { registry: 'docker.io', repository: officialName(name) };
}

function officialName(repository: string): string {
  return repository.includes('/') ? repository : `library/${repository}`;
}

/** `registry/name:tag` or `registry/name@sha256:…`. */
export function formatReference(reference: ImageReference): string {
  const name = `${reference.registry}/${reference.repository}`;
  return reference.digest === undefined ? `${name}:${reference.tag ?? 'latest'}` : `${name}@${reference.digest}`;
}

export function pinReference(reference: ImageReference, digest: string): ImageReference {
  return { registry: reference.registry, repository: reference.repository, digest };
}

/** Images of this name exist only in the store: nothing is ever pulled for them. */
export function isLocalReference(reference: ImageReference): boolean {
  return reference.registry === 'localhost';
}
