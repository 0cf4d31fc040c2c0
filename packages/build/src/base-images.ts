/**
 * Makes every image a build starts from be in the store before the build, with the machine's network: the build itself
 * then runs in the sandbox's network, so that nothing in a Dockerfile (`ADD http://…`) is fetched from the machine's side.
 */
import { ProcessFailure, runProcess } from '@slipway/process';
import type { BuildWorkload } from '@slipway/engine';
import type { BuildRecipe } from './build-recipe.ts';
import { BuildRefusal } from './build-refusal.ts';
import { explainFailure } from './dockerfile/explain-failure.ts';
import { usableImageName } from './dockerfile/image-names.ts';
import { PLATFORM_IMAGE_PREFIX } from './dockerfile/prepare-dockerfile.ts';
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
  readonly onLine: (line: string) => void;
}

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
    if ((await doors.storedImages.find(reference)) === undefined) await pull(reference, { recipe, doors });
    bases.set(name, { reference, imageId: await doors.storedImages.find(reference) });
  }
  return bases;
}

async function pull(
  reference: string,
  {
    recipe,
    doors,
  }: { readonly recipe: BuildRecipe; readonly doors: BaseImageDoors & { readonly signal: AbortSignal } },
): Promise<void> {
  const { storage } = doors.options;
  const settings = [`--authfile=${storage.authFilePath}`, `--signature-policy=${storage.policyPath}`];
  const lines: string[] = [];
  doors.onLine(`Pulling ${reference}`);
  try {
    await runProcess(
      [
        'buildah',
        `--registries-conf=${storage.registriesConfPath}`,
        'pull',
        '--policy=missing',
        ...settings,
        reference,
      ],
      {
        env: { ...buildahEnvironment(process.env), ...storage.environment },
        signal: doors.signal,
        timeoutMs: PULL_TIMEOUT_MS,
        onLine(line) {
          lines.push(line);
          doors.onLine(line);
        },
      },
    );
  } catch (error) {
    doors.signal.throwIfAborted();
    if (!(error instanceof ProcessFailure)) throw error;
    const { fault, message } = explainFailure({ file: recipe.file, scan: recipe.scan, lines });
    throw new BuildRefusal(fault, message, { cause: error });
  }
}
