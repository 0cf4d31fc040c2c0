/**
 * Pushes an assembled image to the bundled registry by its HTTP API: what is new is sent as it is, since it only goes from
 * this machine to this machine, the rest is named. No program is started. Whatever does not go plainly leaves the push to
 * skopeo, which can do everything; the registry itself checks that a manifest names nothing it has not got.
 */
import { openAsBlob } from 'node:fs';
import {
  type AssembledImage,
  type BlobDescriptor,
  MANIFEST_TYPE,
  renderManifest,
  sha256Of,
} from './assembled-image.ts';
import { type PlatformTokenIssuer, platformAuthorization } from '../registry/platform-token.ts';
import { parseImageReference } from '../store/image-reference.ts';
import type { KnownBlobs } from './known-blobs.ts';

export interface AssembledPusherOptions {
  /** `host:port` of the bundled registry. */
  readonly address: string;
  readonly blobs: KnownBlobs;
  readonly issuer: PlatformTokenIssuer;
  /** Why a push was left to skopeo. */
  readonly onLeft: (cause: unknown) => void;
}

export interface AssembledPusher {
  /** The digest that the image has in the registry now; undefined: it was not pushed. */
  push(image: AssembledImage, destination: string, signal: AbortSignal): Promise<string | undefined>;
  /** Looks how the layers of a pushed image are called, so that the next push can name them. */
  learn(image: AssembledImage, pushed: { readonly destination: string; readonly digest: string }): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 60_000;
const LEARN_TIMEOUT_MS = 5000;

export function createAssembledPusher(options: AssembledPusherOptions): AssembledPusher {
  const { address, blobs, issuer, onLeft } = options;
  return {
    async push(image, destination, signal) {
      const { registry, repository, tag } = parseImageReference(destination);
      if (registry !== address) return undefined;
      const known = image.layers.map((layer) => blobs.find(layer.digest, repository));
      if (image.layers.some(({ path }, index) => path === undefined && !known[index])) return undefined;
      const others = new Set(
        known.flatMap((blob) => (blob && blob.repository !== repository ? [blob.repository] : [])),
      );
      try {
        const scopes = [`repository:${repository}:pull,push`, ...[...others].map((name) => `repository:${name}:pull`)];
        const authorization = await platformAuthorization(issuer, scopes);
        const door = { base: `http://${address}/v2/${repository}/`, authorization, signal };
        return await pushAll(image, { door, repository, tag: tag ?? 'latest', blobs });
      } catch (error) {
        signal.throwIfAborted();
        blobs.forget(image.layers.map(({ digest }) => digest));
        onLeft(error);
        return undefined;
      }
    },
    async learn(image, { destination, digest }) {
      const { registry, repository } = parseImageReference(destination);
      if (registry !== address) return;
      try {
        const authorization = await platformAuthorization(issuer, [`repository:${repository}:pull`]);
        const door = {
          base: `http://${address}/v2/${repository}/`,
          authorization,
          signal: AbortSignal.timeout(LEARN_TIMEOUT_MS),
        };
        const response = await ask(door, {
          path: `manifests/${digest}`,
          status: 200,
          headers: { accept: MANIFEST_TYPE },
        });
        const { layers } = (await response.json()) as { readonly layers?: readonly BlobDescriptor[] };
        if (layers?.length !== image.layers.length) return;
        for (const [index, { mediaType, digest: name, size }] of layers.entries()) {
          const layer = image.layers[index]?.digest ?? '';
          blobs.add(layer, { descriptor: { mediaType, digest: name, size }, repository });
        }
      } catch (error) {
        // The push itself is done; not knowing costs another one by skopeo.
        onLeft(error);
      }
    },
  };
}

interface Door {
  readonly base: string;
  readonly authorization: string;
  readonly signal: AbortSignal;
}

interface Pushing {
  readonly door: Door;
  readonly repository: string;
  readonly tag: string;
  readonly blobs: KnownBlobs;
}

async function pushAll(image: AssembledImage, { door, repository, tag, blobs }: Pushing): Promise<string> {
  const descriptors = new Map<string, BlobDescriptor>();
  const sending: Promise<void>[] = [send(door, `sha256:${image.imageId}`, new Blob([new Uint8Array(image.config)]))];
  for (const { digest, path } of image.layers) {
    if (descriptors.has(digest)) continue;
    const known = blobs.find(digest, repository);
    if (known) {
      descriptors.set(digest, known.descriptor);
      if (known.repository !== repository) sending.push(mount(door, known.descriptor.digest, known.repository));
    } else if (path !== undefined) {
      const archive = await openAsBlob(path);
      const mediaType = 'application/vnd.oci.image.layer.v1.tar';
      descriptors.set(digest, { mediaType, digest, size: archive.size });
      sending.push(send(door, digest, archive));
    }
  }
  await Promise.all(sending);
  const manifest = renderManifest(image, descriptors);
  const headers = { 'content-type': MANIFEST_TYPE };
  const body = new Blob([new Uint8Array(manifest)]);
  const response = await ask(door, { path: `manifests/${tag}`, method: 'PUT', status: 201, headers, body });
  await response.body?.cancel();
  for (const [digest, descriptor] of descriptors) blobs.add(digest, { descriptor, repository });
  return `sha256:${sha256Of(manifest)}`;
}

async function send(door: Door, digest: string, body: Blob): Promise<void> {
  const begun = await ask(door, { path: 'blobs/uploads/', method: 'POST', status: 202 });
  await begun.body?.cancel();
  const place = new URL(begun.headers.get('location') ?? '', door.base);
  if (place.origin !== new URL(door.base).origin) throw new Error(`The registry sends uploads to ${place.origin}`);
  place.searchParams.set('digest', digest);
  const headers = { 'content-type': 'application/octet-stream' };
  const ended = await ask(door, { path: place.href, method: 'PUT', status: 201, headers, body });
  await ended.body?.cancel();
}

async function mount(door: Door, digest: string, from: string): Promise<void> {
  const query = new URLSearchParams({ mount: digest, from });
  const response = await ask(door, { path: `blobs/uploads/?${query.toString()}`, method: 'POST', status: 201 });
  await response.body?.cancel();
}

interface Question {
  /** Below the repository, or a whole URL. */
  readonly path: string;
  readonly method?: 'POST' | 'PUT';
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Blob;
}

async function ask({ base, authorization, signal }: Door, question: Question): Promise<Response> {
  const { path, method = 'GET', status, headers, body } = question;
  const response = await fetch(new URL(path, base), {
    method,
    headers: { authorization, ...headers },
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    ...(body && { body }),
  });
  if (response.status === status) return response;
  await response.body?.cancel();
  throw new Error(`The registry answered ${response.status} to ${method} ${new URL(path, base).pathname}`);
}
