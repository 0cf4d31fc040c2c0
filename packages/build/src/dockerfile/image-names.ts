/**
 * Which image a Dockerfile means, and whether this build may use it. The local store holds images of every project and
 * answers to short names and ids without asking who wants them; so each name is made a full one, ids cannot be meant, and
 * of the registry the build pushes to only its own namespace is open.
 */
import { BuildRefusal } from '../build-refusal.ts';

const REGISTRY_DEFAULT = 'docker.io';

/** `alpine` → `docker.io/library/alpine:latest`. */
export function fullImageName(name: string): string {
  const tagged = name.includes('@') || name.lastIndexOf(':') > name.lastIndexOf('/') ? name : `${name}:latest`;
  const slash = tagged.indexOf('/');
  const host = slash === -1 ? '' : tagged.slice(0, slash);
  if (host.includes('.') || host.includes(':') || host === 'localhost') return tagged;
  return `${REGISTRY_DEFAULT}/${slash === -1 ? `library/${tagged}` : tagged}`;
}

/** The full name of an image that is not the platform's. Throws BuildRefusal when it is none of this build's business. */
export function usableImageName(name: string, outputImage: string): string {
  const full = fullImageName(name);
  if (name.includes('$')) throw refusal(name, 'a variable cannot name an image here. Write the name out');
  if (!/^[\w.:/@-]+$/.test(full)) throw refusal(name, 'it is no image name. Correct it');
  const registry = full.slice(0, full.indexOf('/'));
  if (registry === 'localhost') {
    throw refusal(name, 'it names the platform\'s own store. Use a platform image such as "slipway/node:24"');
  }
  const own = `${ownRegistryOf(outputImage)}/${repositoryPrefixOf(outputImage)}/`;
  if (isSameRegistry(registry, ownRegistryOf(outputImage)) && !full.startsWith(own)) {
    throw refusal(name, `it belongs to another project. In this registry, images of "${own}" can be used`);
  }
  return full;
}

/** `registry:5000/shop/web:tag` → `shop`: the part of the bundled registry that belongs to the build's project. */
export function repositoryPrefixOf(outputImage: string): string {
  return outputImage.split('/', 2)[1] ?? '';
}

/** `registry:5000/name:tag` → `registry:5000/name`. */
export function repositoryOf(image: string): string {
  const withoutDigest = image.split('@', 1)[0] ?? image;
  const colon = withoutDigest.lastIndexOf(':');
  return colon > withoutDigest.lastIndexOf('/') ? withoutDigest.slice(0, colon) : withoutDigest;
}

function ownRegistryOf(outputImage: string): string {
  return outputImage.split('/', 1)[0] ?? '';
}

const LOOPBACK = /^(?:127(?:\.\d{1,3}){0,3}|0(?:\.0){0,3}|localhost|.*\.localhost)\.?(?=:|$)/i;

/** The registry by another of its names is still the same: every loopback name leads to this machine. */
function isSameRegistry(one: string, other: string): boolean {
  const unified = [one, other].map((name) => name.toLowerCase().replace(LOOPBACK, 'localhost'));
  return unified[0] === unified[1];
}

function refusal(name: string, why: string): BuildRefusal {
  return new BuildRefusal('invalid_build_configuration', `Cannot use image "${name}": ${why}`);
}
