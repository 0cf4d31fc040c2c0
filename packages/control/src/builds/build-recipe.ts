/**
 * How to build, complete: the part that a build and a build run share. A build run without a build brings its own; one
 * with a build may replace single fields.
 */
import { BUILD_DEFAULTS, type BuildRunPrototype, type STRATEGY_SIZES, type STRATEGY_TYPES } from '@slipway/spec';
import { sourceIdFrom } from '../sources/source-operations.ts';

export interface BuildRecipe {
  readonly run_build_params: NonNullable<BuildRunPrototype['run_build_params']>;
  readonly source_context_dir?: string;
  readonly source_revision?: string;
  readonly source_secret?: string;
  readonly source_type: 'local' | 'git';
  readonly source_url?: string;
  readonly strategy_size: (typeof STRATEGY_SIZES)[number];
  readonly strategy_spec_file: string;
  readonly strategy_type: (typeof STRATEGY_TYPES)[number];
  readonly timeout: number;
}

export type RecipeSettings = Pick<BuildRunPrototype, Extract<keyof BuildRunPrototype, keyof BuildRecipe>>;

export function completeRecipe(given: RecipeSettings): BuildRecipe {
  const { source_url: url } = given;
  // An address that is no upload can only be a repository.
  const guessed = url === undefined || sourceIdFrom(url) !== undefined ? 'local' : 'git';
  return {
    run_build_params: given.run_build_params ?? [],
    source_type: given.source_type ?? guessed,
    strategy_size: given.strategy_size ?? BUILD_DEFAULTS.strategySize,
    strategy_spec_file: given.strategy_spec_file ?? BUILD_DEFAULTS.strategySpecFile,
    strategy_type: given.strategy_type ?? 'dockerfile',
    timeout: given.timeout ?? BUILD_DEFAULTS.timeoutSeconds,
    ...(given.source_context_dir !== undefined && { source_context_dir: given.source_context_dir }),
    ...(given.source_revision !== undefined && { source_revision: given.source_revision }),
    ...(given.source_secret !== undefined && { source_secret: given.source_secret }),
    ...(url !== undefined && { source_url: url }),
  };
}
