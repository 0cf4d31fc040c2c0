/**
 * Names of images as people write them, made unambiguous: `nginx` is `docker.io/library/nginx:latest`. Also the rule
 * that keeps tenants apart in the bundled registry: a project's images live under its own subdomain.
 */

export interface ImageReference {
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
}

const DEFAULT_REGISTRY = 'docker.io';
const DEFAULT_TAG = 'latest';
const REGISTRY_PATTERN = /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:\d{1,5})?$|^\[[0-9a-fA-F:]+\](:\d{1,5})?$/;
const REPOSITORY_PATTERN = /^[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*)*$/;
const TAG_PATTERN = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST_PATTERN = /^sha256:[0-9a-f]{64}$/;

export const IMAGE_RULE = 'it is no image reference';
export const IMAGE_FIX = 'Write registry/repository:tag, e.g. docker.io/library/nginx:1.27';

/** Undefined when the text is no reference. A reference without tag and digest gets the tag "latest". */
export function parseImageReference(text: string): ImageReference | undefined {
  const [name = '', digest, ...rest] = text.split('@');
  if (rest.length > 0 || (digest !== undefined && !DIGEST_PATTERN.test(digest))) return undefined;
  const slash = name.indexOf('/');
  const head = slash < 0 ? '' : name.slice(0, slash);
  const isRegistry = head === 'localhost' || /[.:]/.test(head);
  const registry = isRegistry ? head.toLowerCase() : DEFAULT_REGISTRY;
  const path = isRegistry ? name.slice(slash + 1) : name;
  const colon = path.lastIndexOf(':');
  const written = colon < 0 ? path : path.slice(0, colon);
  const tag = colon < 0 ? undefined : path.slice(colon + 1);
  const repository = registry === DEFAULT_REGISTRY && !written.includes('/') ? `library/${written}` : written;
  if (!REGISTRY_PATTERN.test(registry) || !REPOSITORY_PATTERN.test(repository)) return undefined;
  if (tag !== undefined && !TAG_PATTERN.test(tag)) return undefined;
  if (digest !== undefined) return { registry, repository, digest, ...(tag !== undefined && { tag }) };
  return { registry, repository, tag: tag ?? DEFAULT_TAG };
}

/** The complete form. A digest wins over a tag, because it says more. */
export function formatImageReference({ registry, repository, tag, digest }: ImageReference): string {
  return digest === undefined ? `${registry}/${repository}:${tag}` : `${registry}/${repository}@${digest}`;
}

/** True when the image lies in the bundled registry, but not under the project's own name. */
export function isForeignImage(image: ImageReference, owner: { registry: string; subdomain: string }): boolean {
  return image.registry === owner.registry.toLowerCase() && !image.repository.startsWith(`${owner.subdomain}/`);
}
