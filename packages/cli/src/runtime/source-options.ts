/** Options of an image or a code bundle that is built from a source instead of being named. */
import { BUILD_DEFAULTS, STRATEGY_SIZES, STRATEGY_TYPES } from '@slipway/spec';
import type { OptionTable, ParsedOptions } from '../command.ts';
import { UsageFault } from '../usage-fault.ts';

/** Subject of the sentence that refuses it. */
export const GIT = 'Building from a git repository';

export const SOURCE_OPTIONS = {
  buildSource: { names: ['--build-source', '--source', '--bsrc', '--src'], kind: 'value', summary: 'folder to build' },
  buildContextDir: {
    names: ['--build-context-dir', '--context-dir', '--bcdr', '--cdr'],
    kind: 'value',
    summary: 'sub folder to build',
  },
  buildTimeout: {
    names: ['--build-timeout', '--bto'],
    kind: 'number',
    summary: 'seconds the build may take',
    default: String(BUILD_DEFAULTS.timeoutSeconds),
  },
  buildCommit: {
    names: ['--build-commit', '--commit', '--bcm', '--cm', '--revision'],
    kind: 'value',
    summary: 'commit, tag or branch',
    unavailable: GIT,
  },
  buildGitRepoSecret: {
    names: ['--build-git-repo-secret', '--git-repo-secret', '--bgrs', '--grs', '--repo'],
    kind: 'value',
    summary: 'secret of the git repository',
    unavailable: GIT,
  },
} as const satisfies OptionTable;

export const IMAGE_SOURCE_OPTIONS = {
  ...SOURCE_OPTIONS,
  buildDockerfile: {
    names: ['--build-dockerfile', '--dockerfile', '--bdf', '--df'],
    kind: 'value',
    summary: 'path of the Dockerfile',
    default: BUILD_DEFAULTS.strategySpecFile,
  },
  buildSize: {
    names: ['--build-size', '--size', '--bsz', '--sz'],
    kind: 'value',
    summary: 'size of the build',
    values: STRATEGY_SIZES,
    default: BUILD_DEFAULTS.strategySize,
  },
  buildStrategy: {
    names: ['--build-strategy', '--strategy', '--bstr', '--str'],
    kind: 'value',
    summary: 'how to build; without it: a Dockerfile if there is one',
    values: STRATEGY_TYPES,
  },
} as const satisfies OptionTable;

/** The spellings are known, the features are not there yet. */
export const SOURCE_CHANGE_OPTIONS = {
  rebuild: {
    names: ['--rebuild'],
    kind: 'flag',
    summary: '',
    unavailable: 'Rebuilding without --build-source',
    default: 'false',
  },
  buildClear: {
    names: ['--build-clear', '--bc'],
    kind: 'flag',
    summary: '',
    unavailable: 'Dropping the build',
    default: 'false',
  },
  buildCommitClear: {
    names: ['--build-commit-clear', '--commit-clear', '--bcmc', '--cmc'],
    kind: 'flag',
    summary: '',
    unavailable: GIT,
    default: 'false',
  },
  buildGitRepoSecretClear: {
    names: ['--build-git-repo-secret-clear', '--git-repo-secret-clear', '--bgrsc', '--grsc'],
    kind: 'flag',
    summary: '',
    unavailable: GIT,
    default: 'false',
  },
} as const satisfies OptionTable;

export type ImageSourceOptions = ParsedOptions<typeof IMAGE_SOURCE_OPTIONS>;

export function refuseGitSource(source: string | undefined, fix: string): void {
  if (source !== undefined && /^(https?:|ssh:|git@)/.test(source))
    throw new UsageFault(`${GIT} is not available yet`, [`Clone it and name the folder: ${fix}`]);
}
