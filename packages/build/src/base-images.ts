/**
 * Makes every image a build starts from be in the store before the build, with the machine's network: the build itself
 * then runs in the sandbox's network, so that nothing in a Dockerfile (`ADD http://…`) is fetched from the machine's side.
 */
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProcessFailure, runProcess } from '@slipway/process';
import type { BuildWorkload } from '@slipway/engine';
import type { BuildRecipe } from './build-recipe.ts';
import { BuildRefusal } from './build-refusal.ts';
import { explainFailure } from './dockerfile/explain-failure.ts';
import { repositoryOf, repositoryPrefixOf, usableImageName } from './dockerfile/image-names.ts';
import { PLATFORM_IMAGE_PREFIX } from './dockerfile/prepare-dockerfile.ts';
import { scanDockerfile } from './dockerfile/scan-dockerfile.ts';
import type { HostBuilderOptions } from './host-builder-options.ts';
import type { StoredImages } from './reuse/stored-images.ts';
import { buildahEnvironment } from './sandbox/step-environment.ts';

export interface BaseImage {
  /** How the Dockerfile that is built calls it. */
  readonly reference: string;
  /** undefined when the store does not list it by name; such a build is not remembered. */
  readonly imageId: string | undefined;
}

export interface BaseImageDoors {
  readonly options: HostBuilderOptions;
  readonly storedImages: StoredImages;
  /** Digests of images that were looked into and may be used, by name and id: what an id means never changes. */
  readonly accepted: Map<string, string>;
  readonly onLine: (line: string) => void;
}

const ACCEPTED_MAX = 1000;
const PULL_TIMEOUT_MS = 10 * 60_000;

/** The store's id of an image as it is now, or undefined when it would have to be fetched. */
export async function currentBaseId(
  name: string,
  build: BuildWorkload,
  doors: BaseImageDoors & { readonly signal: AbortSignal },
): Promise<string | undefined> {
  if (name.startsWith(PLATFORM_IMAGE_PREFIX)) {
    return (await doors.options.ensureBaseImage(name, doors.onLine, doors.signal)).imageId;
  }
  return doors.storedImages.find(usableImageName(name, build.outputImage));
}

export async function ensureBaseImages(
  recipe: BuildRecipe,
  build: BuildWorkload,
  doors: BaseImageDoors & { readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, BaseImage>> {
  const bases = new Map<string, BaseImage>();
  // All names are judged before anything is fetched.
  const external = recipe.scan.images.filter((name) => !name.startsWith(PLATFORM_IMAGE_PREFIX));
  const references = new Map(external.map((name) => [name, usableImageName(name, build.outputImage)]));
  for (const name of recipe.scan.images) {
    const reference = references.get(name);
    if (reference === undefined) {
      bases.set(name, await doors.options.ensureBaseImage(name, doors.onLine, doors.signal));
      continue;
    }
    // The store would answer for a digest to whoever knows it; only its registry may.
    const present = reference.includes('@') ? undefined : await doors.storedImages.find(reference);
    const imageId = present ?? (await pull(reference, { recipe, build, doors }));
    await acceptImage(name, { reference, imageId }, doors);
    const known = reference.includes('@') ? imageId : reference;
    bases.set(name, { reference: known, imageId: await doors.storedImages.find(reference) });
  }
  return bases;
}

/** An image's ONBUILD instructions run in the build that starts from it, unseen by those who judged its Dockerfile. */
async function acceptImage(
  name: string,
  { reference, imageId }: { readonly reference: string; readonly imageId: string },
  doors: BaseImageDoors,
): Promise<void> {
  const { accepted } = doors;
  const { storage, recordDigest } = doors.options;
  // Known as ours, it can be collected when nothing has used it for long.
  const keep = (digest: string): Promise<void> => recordDigest(`${repositoryOf(reference)}@${digest}`, imageId);
  const key = `${reference} ${imageId}`;
  const known = accepted.get(key);
  if (known !== undefined) return keep(known);
  const argv = ['buildah', 'inspect', '--type', 'image', imageId] as const;
  const { stdout } = await runProcess(argv, { env: { ...buildahEnvironment(process.env), ...storage.environment } });
  const { Docker, FromImageDigest } = JSON.parse(stdout) as {
    readonly FromImageDigest: string;
    readonly Docker?: { readonly config?: { readonly OnBuild?: readonly string[] | null } };
  };
  const triggers = Docker?.config?.OnBuild ?? [];
  const odd = triggers.find((trigger) => scanDockerfile(`FROM scratch\n${trigger}`).images.length > 0);
  const unclear = triggers.find((trigger) => /^\s*\w+\s+--\S*["'`\\]/.test(trigger));
  const refused = odd ?? unclear;
  if (refused === undefined) {
    if (accepted.size >= ACCEPTED_MAX) accepted.clear();
    accepted.set(key, FromImageDigest);
    return keep(FromImageDigest);
  }
  const message = `Cannot use image "${name}": its instruction "ONBUILD ${refused}" takes files from another image. Use an image without it`;
  throw new BuildRefusal('invalid_build_configuration', message);
}

interface Pulling {
  readonly recipe: BuildRecipe;
  readonly build: BuildWorkload;
  readonly doors: BaseImageDoors & { readonly signal: AbortSignal };
}

/** Asks the registry with the project's own login, whatever the store holds already. Returns the image's id. */
async function pull(reference: string, { recipe, build, doors }: Pulling): Promise<string> {
  const { storage, renderProjectAuth } = doors.options;
  const temporaryDir = storage.environment['TMPDIR'] ?? storage.runRoot;
  const authFilePath = join(temporaryDir, `auth-${randomUUID()}.json`);
  const settings = [`--authfile=${authFilePath}`, `--signature-policy=${storage.policyPath}`];
  const lines: string[] = [];
  doors.onLine(`Pulling ${reference}`);
  try {
    await writeFile(authFilePath, renderProjectAuth(repositoryPrefixOf(build.outputImage)), {
      mode: 0o600,
      flag: 'wx',
    });
    const { stdout } = await runProcess(
      [
        'buildah',
        `--registries-conf=${storage.registriesConfPath}`,
        'pull',
        '--quiet',
        '--policy=always',
        ...settings,
        reference,
      ],
      {
        env: { ...buildahEnvironment(process.env), ...storage.environment, REGISTRY_AUTH_FILE: authFilePath },
        signal: doors.signal,
        timeoutMs: PULL_TIMEOUT_MS,
        onLine(line) {
          lines.push(line);
          doors.onLine(line);
        },
      },
    );
    return stdout.trim().replace(/^sha256:/, '');
  } catch (error) {
    doors.signal.throwIfAborted();
    if (!(error instanceof ProcessFailure)) throw error;
    const { fault, message } = explainFailure({ file: recipe.file, scan: recipe.scan, lines });
    throw new BuildRefusal(fault, message, { cause: error });
  } finally {
    await rm(authFilePath, { force: true });
  }
}
