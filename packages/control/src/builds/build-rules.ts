/** What a build may be told, beyond the schema: pure rules, each answer with field, value, rule and fix. */
import { IMAGE_RULE, isForeignImage, parseImageReference } from '../image-reference.ts';
import { namedProblem } from '../name-rule.ts';
import type { FieldProblem } from '../refuse.ts';
import { UNAVAILABLE } from '../runtime-rules.ts';
import { sourceIdFrom } from '../sources/source-operations.ts';
import type { BuildRecipe } from './build-recipe.ts';

const ARGUMENT_NAME_PATTERN = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export function buildNameProblem(kind: 'build' | 'build_run', name: string): FieldProblem | undefined {
  return namedProblem(kind, name);
}

export function recipeProblem(recipe: BuildRecipe): FieldProblem | undefined {
  return sourceProblem(recipe) ?? pathProblem(recipe) ?? parametersProblem(recipe);
}

function sourceProblem(recipe: BuildRecipe): FieldProblem | undefined {
  const { source_type: type, source_url: url } = recipe;
  if (type === 'git') {
    const fix = 'Upload the folder, and build from source://<sha256>';
    return { field: 'source_type', value: type, rule: UNAVAILABLE, fix };
  }
  if (recipe.source_secret !== undefined && recipe.source_secret !== '') {
    return { field: 'source_secret', value: recipe.source_secret, rule: UNAVAILABLE, fix: 'Leave it out' };
  }
  if (url === undefined || sourceIdFrom(url) !== undefined) return undefined;
  const rule = 'a local source is an upload';
  return { field: 'source_url', value: url, rule, fix: 'Upload the folder, and write source://<sha256>' };
}

function pathProblem(recipe: BuildRecipe): FieldProblem | undefined {
  for (const field of ['source_context_dir', 'strategy_spec_file'] as const) {
    const value = recipe[field] ?? '';
    const leavesSource = value.startsWith('/') || value.split('/').includes('..') || value.includes('\0');
    if (leavesSource) return { field, value, rule: 'it leads out of the source', fix: 'Write a path inside of it' };
  }
  return undefined;
}

function parametersProblem({ run_build_params: parameters }: BuildRecipe): FieldProblem | undefined {
  const seen = new Set<string>();
  for (const { type, name = '' } of parameters) {
    if (type !== 'literal') {
      return { field: 'run_build_params.type', value: type, rule: UNAVAILABLE, fix: 'Give a literal value' };
    }
    const field = 'run_build_params.name';
    if (!ARGUMENT_NAME_PATTERN.test(name)) {
      const rule = 'allowed are letters, digits and _, and no digit first';
      return { field, value: name, rule, fix: 'Take a name like NODE_VERSION' };
    }
    if (seen.has(name)) return { field, value: name, rule: 'it is given twice', fix: 'Give each parameter once' };
    seen.add(name);
  }
  return undefined;
}

/** Images are pushed to the bundled registry only, and only under the project's own name. */
export function outputImageProblem(
  value: string,
  place: { readonly registry: string; readonly subdomain: string },
): FieldProblem | undefined {
  const field = 'output_image';
  const image = parseImageReference(value);
  const fix = `Write ${place.registry}/${place.subdomain}/<name>:<tag>, or leave it out in a build run`;
  if (!image) return { field, value, rule: IMAGE_RULE, fix };
  if (image.digest !== undefined) return { field, value, rule: 'a digest cannot be chosen', fix };
  if (image.registry !== place.registry.toLowerCase()) {
    return { field, value, rule: 'pushing to another registry is not available yet', fix };
  }
  return isForeignImage(image, place) ? { field, value, rule: 'the place belongs to another project', fix } : undefined;
}
