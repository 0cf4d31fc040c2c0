/** What apps and jobs have in common: the image, the size, and what is not available yet. Pure. */
import { APP_LIMITS, CPU_MEMORY_COMBINATIONS, parseBytes, parseCpuMillis, type App } from '@slipway/spec';
import { IMAGE_FIX, IMAGE_RULE, isForeignImage, parseImageReference } from './image-reference.ts';
import type { FieldProblem } from './refuse.ts';

/** Where it runs: decides which images of the bundled registry are its own. */
export interface RuntimePlace {
  readonly registry: string;
  readonly subdomain: string;
}

export const UNAVAILABLE = 'this is not available yet';

export function imageProblem(
  { image_reference: value }: { readonly image_reference: string },
  place: RuntimePlace,
): FieldProblem | undefined {
  const field = 'image_reference';
  const image = parseImageReference(value);
  if (!image) return { field, value, rule: IMAGE_RULE, fix: IMAGE_FIX };
  if (image.registry === 'localhost' && !image.repository.startsWith('slipway/')) {
    const rule = '"localhost" stands for the base images of the platform';
    return { field, value, rule, fix: 'Name the registry that the image is in' };
  }
  if (!isForeignImage(image, place)) return undefined;
  const rule = 'the image belongs to another project';
  return { field, value, rule, fix: `Take one under ${place.registry}/${place.subdomain}/` };
}

export function unavailableProblem(settings: {
  readonly run_compute_resource_token_enabled: boolean;
}): FieldProblem | undefined {
  if (!settings.run_compute_resource_token_enabled) return undefined;
  return { field: 'run_compute_resource_token_enabled', value: true, rule: UNAVAILABLE, fix: 'Leave it out' };
}

type Combinations = typeof CPU_MEMORY_COMBINATIONS;

/** Functions come in fewer sizes than the others. */
export function sizeProblem(
  { scale_cpu_limit: cpu, scale_memory_limit: memory }: Pick<App, 'scale_cpu_limit' | 'scale_memory_limit'>,
  combinations: Combinations = CPU_MEMORY_COMBINATIONS,
): FieldProblem | undefined {
  const pair = combinations.find(([cpuMillis]) => cpuMillis === parseCpuMillis(cpu));
  if (!pair) {
    const sizes = combinations.map(([cpuMillis]) => cpuMillis / 1000).join(', ');
    return { field: 'scale_cpu_limit', value: cpu, rule: 'there is no such size', fix: `Take one of ${sizes}` };
  }
  const [, memorySizes] = pair;
  const memoryBytes = parseBytes(memory);
  if (memoryBytes !== undefined && memorySizes.includes(memoryBytes)) return undefined;
  const sizes = memorySizes.map((bytes) => `${bytes / 1e9}G`).join(', ');
  const rule = `it does not go with ${cpu} CPU`;
  return { field: 'scale_memory_limit', value: memory, rule, fix: `With ${cpu} CPU take one of ${sizes}` };
}

export function storageProblem(
  settings: Pick<App, 'scale_ephemeral_storage_limit' | 'scale_memory_limit'>,
): FieldProblem | undefined {
  const value = settings.scale_ephemeral_storage_limit;
  const bytes = parseBytes(value);
  const bytesMax = Math.max(APP_LIMITS.ephemeralStorageBytesFloor, parseBytes(settings.scale_memory_limit) ?? 0);
  if (bytes !== undefined && bytes > 0 && bytes <= bytesMax) return undefined;
  const rule = `at most the memory is allowed, or ${APP_LIMITS.ephemeralStorageBytesFloor / 1e6}M if that is more`;
  return { field: 'scale_ephemeral_storage_limit', value, rule, fix: `Take at most ${bytesMax / 1e6}M` };
}
