/** Options of `build create`, `build update` and `buildrun submit` that describe a build. */
import { BUILD_DEFAULTS, STRATEGY_SIZES, type BuildPatch } from '@slipway/spec';
import type { OptionSpec, ParsedOptions } from '../command.ts';
import { given } from '../runtime/runtime-body.ts';
import { GIT } from '../runtime/source-options.ts';
import { UsageFault } from '../usage-fault.ts';

export const RECIPE_OPTIONS = {
  commit: {
    names: ['--commit', '--cm', '--revision'],
    kind: 'value',
    summary: 'commit, tag or branch',
    unavailable: GIT,
  },
  contextDir: { names: ['--context-dir', '--cdr'], kind: 'value', summary: 'sub folder to build' },
  dockerfile: { names: ['--dockerfile', '--df'], kind: 'value', summary: 'path of the Dockerfile' },
  gitRepoSecret: {
    names: ['--git-repo-secret', '--grs', '--repo', '-r'],
    kind: 'value',
    summary: '',
    unavailable: GIT,
  },
  image: { names: ['--image', '-i'], kind: 'value', summary: 'image to make, e.g. localhost:8781/web' },
  registrySecret: { names: ['--registry-secret', '--rs'], kind: 'value', summary: 'secret of the registry' },
  size: {
    names: ['--size', '--sz'],
    kind: 'value',
    summary: 'size of the build',
    values: STRATEGY_SIZES,
  },
  source: { names: ['--source', '--src'], kind: 'value', summary: 'folder to build' },
  strategy: { names: ['--strategy', '--str'], kind: 'value', summary: 'how to build: dockerfile or buildpacks' },
  timeout: { names: ['--timeout', '--to'], kind: 'number', summary: 'seconds the build may take' },
} as const satisfies Record<string, OptionSpec>;

/** What holds for those that are not given, where no kept build says otherwise. */
export const RECIPE_DEFAULTS = {
  dockerfile: BUILD_DEFAULTS.strategySpecFile,
  size: BUILD_DEFAULTS.strategySize,
  timeout: BUILD_DEFAULTS.timeoutSeconds,
} as const;

/** The secret of an image in the platform's own registry, as Code Engine names it. */
export const PLATFORM_REGISTRY_SECRET = 'ce-auto-local-private';

type RecipeOptions = ParsedOptions<typeof RECIPE_OPTIONS>;

/** What was given, as the API takes it. Pure. */
export function buildSettings(options: RecipeOptions): BuildPatch {
  return given({
    source_context_dir: options.contextDir,
    strategy_spec_file: options.dockerfile,
    strategy_size: options.size,
    strategy_type: options.strategy === undefined ? undefined : strategyType(options.strategy),
    output_image: options.image,
    output_secret: options.registrySecret,
    timeout: options.timeout,
  }) as BuildPatch;
}

function strategyType(strategy: string): 'dockerfile' | 'buildpacks' {
  // The public command line knows these long names too.
  if (strategy === 'dockerfile' || strategy === 'kaniko') return 'dockerfile';
  if (strategy === 'buildpacks' || strategy === 'buildpacks-v3') return 'buildpacks';
  throw new UsageFault(`Cannot use --strategy "${strategy}": allowed are dockerfile, buildpacks`);
}
