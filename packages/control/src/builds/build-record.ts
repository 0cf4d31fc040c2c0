/** A build (a recipe to run again) as it is stored. Nothing has to be reconciled: it is true as soon as it is stored. */
import { notFound } from '../refuse.ts';
import type { ResourceKey, Store, StoredResource } from '../store.ts';
import type { BuildRecipe } from './build-recipe.ts';

export interface BuildSpec {
  readonly recipe: BuildRecipe;
  readonly output_image: string;
  readonly output_secret: string;
}

export interface BuildRecord extends StoredResource {
  readonly spec: BuildSpec;
}

export function buildKey(projectId: string, name: string): ResourceKey {
  return { kind: 'build', projectId, name };
}

export function buildFrom(stored: StoredResource): BuildRecord {
  return { ...stored, spec: stored.spec as BuildSpec };
}

export async function requireBuild(store: Store, projectId: string, name: string): Promise<BuildRecord> {
  const stored = await store.get(buildKey(projectId, name));
  if (!stored) throw notFound('build', name);
  return buildFrom(stored);
}
