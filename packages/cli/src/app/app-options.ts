/** Options of `app create`, `app update` and `deploy` that describe an application. Spellings: the public command line. */
import type { OptionSpec, ParsedOptions } from '../command.ts';
import { APP_OUTPUT_OPTION } from '../output/render-output.ts';
import { NAME, QUIET, waitOptions } from '../shared-options.ts';

const SIZES = ['small', 'medium', 'large', 'xlarge', 'xxlarge'] as const;

/** What the app runs and how it scales: the settings of the API. */
export const RUNTIME_OPTIONS = {
  argument: { names: ['--argument', '--arg', '-a'], kind: 'list', summary: 'argument of the program' },
  runCommand: { names: ['--command', '--cmd', '-c'], kind: 'list', summary: "program instead of the image's" },
  concurrency: { names: ['--concurrency', '--cn'], kind: 'number', summary: 'requests at once per instance' },
  concurrencyTarget: {
    names: ['--concurrency-target', '--ct'],
    kind: 'number',
    summary: 'requests per instance to scale at',
  },
  cpu: { names: ['--cpu'], kind: 'value', summary: 'processors per instance' },
  env: { names: ['--env', '-e'], kind: 'list', summary: 'environment variable NAME=VALUE' },
  ephemeralStorage: { names: ['--ephemeral-storage', '--es'], kind: 'value', summary: 'disk per instance' },
  maxScale: { names: ['--max-scale', '--max', '--maxscale'], kind: 'number', summary: 'most instances' },
  memory: { names: ['--memory', '-m'], kind: 'value', summary: 'memory per instance' },
  minScale: {
    names: ['--min-scale', '--min', '--minscale'],
    kind: 'number',
    summary: 'fewest instances; 0 sleeps when idle',
  },
  port: { names: ['--port', '-p'], kind: 'value', summary: 'port the program listens on' },
  probeLive: {
    names: ['--probe-live', '--pl'],
    kind: 'list',
    summary: 'liveness probe: type=http, path=/, interval=10 …',
  },
  probeReady: { names: ['--probe-ready', '--pr'], kind: 'list', summary: 'readiness probe: type=http, path=/, …' },
  requestTimeout: {
    names: ['--request-timeout', '--rt', '--timeout', '-t'],
    kind: 'number',
    summary: 'seconds a request may take',
  },
  scaleDownDelay: { names: ['--scale-down-delay', '--sdd'], kind: 'number', summary: 'seconds before scaling down' },
  serviceAccount: { names: ['--service-account', '--sa'], kind: 'value', summary: 'service account' },
  user: { names: ['--user', '-u'], kind: 'number', summary: 'user id of the program' },
  visibility: {
    names: ['--visibility', '-v'],
    kind: 'value',
    summary: 'who reaches the app',
    values: ['public', 'private', 'project'],
  },
  clusterLocal: {
    names: ['--cluster-local', '--cl'],
    kind: 'flag',
    summary: 'same as --visibility project',
    default: 'false',
  },
  noClusterLocal: {
    names: ['--no-cluster-local', '--ncl'],
    kind: 'flag',
    summary: 'same as --visibility public',
    default: 'true',
  },
} as const satisfies Record<string, OptionSpec>;

/** Where the image comes from when it is not named. */
export const BUILD_OPTIONS = {
  buildSource: { names: ['--build-source', '--source', '--bsrc', '--src'], kind: 'value', summary: 'folder to build' },
  buildContextDir: {
    names: ['--build-context-dir', '--context-dir', '--bcdr', '--cdr'],
    kind: 'value',
    summary: 'sub folder to build',
  },
  buildDockerfile: {
    names: ['--build-dockerfile', '--dockerfile', '--bdf', '--df'],
    kind: 'value',
    summary: 'path of the Dockerfile',
    default: 'Dockerfile',
  },
  buildSize: {
    names: ['--build-size', '--size', '--bsz', '--sz'],
    kind: 'value',
    summary: 'size of the build',
    values: SIZES,
    default: 'medium',
  },
  buildStrategy: {
    names: ['--build-strategy', '--strategy', '--bstr', '--str'],
    kind: 'value',
    summary: 'how to build; without it: a Dockerfile if there is one',
    values: ['dockerfile', 'buildpacks'],
  },
  buildTimeout: {
    names: ['--build-timeout', '--bto'],
    kind: 'number',
    summary: 'seconds the build may take',
    default: '600',
  },
  buildCommit: {
    names: ['--build-commit', '--commit', '--bcm', '--cm', '--revision'],
    kind: 'value',
    summary: 'commit, tag or branch',
    unavailable: 'Building from a git repository',
  },
  buildGitRepoSecret: {
    names: ['--build-git-repo-secret', '--git-repo-secret', '--bgrs', '--grs', '--repo'],
    kind: 'value',
    summary: 'secret of the git repository',
    unavailable: 'Building from a git repository',
  },
} as const satisfies Record<string, OptionSpec>;

/** Known spellings whose features come later. */
const UPCOMING_OPTIONS = {
  mountDataStore: {
    names: ['--mount-data-store', '--mount-ds'],
    kind: 'list',
    summary: '',
    unavailable: 'Mounting data stores',
  },
  revisionName: {
    names: ['--rn', '--revision-name'],
    kind: 'value',
    summary: '',
    unavailable: 'Choosing the name of a revision',
  },
  trustedProfiles: {
    names: ['--trusted-profiles-enabled', '--trusted', '--tpe'],
    kind: 'flag',
    summary: '',
    unavailable: 'Trusted profiles',
    default: 'false',
  },
} as const satisfies Record<string, OptionSpec>;

/** Values and logins that are kept outside of the app. */
const REFERENCE_OPTIONS = {
  envFromConfigmap: {
    names: ['--env-from-configmap', '--env-cm'],
    kind: 'list',
    summary: 'variables of a configmap: NAME, PREFIX=NAME or NAME:KEY_A,NEW=KEY_B',
  },
  envFromSecret: {
    names: ['--env-from-secret', '--env-sec'],
    kind: 'list',
    summary: 'variables of a secret, written in the same way',
  },
  mountConfigmap: {
    names: ['--mount-configmap', '--mount-cm'],
    kind: 'list',
    summary: 'files of a configmap in a folder: DIR=NAME',
  },
  mountSecret: {
    names: ['--mount-secret', '--mount-sec'],
    kind: 'list',
    summary: 'files of a secret in a folder: DIR=NAME',
  },
  registrySecret: { names: ['--registry-secret', '--rs'], kind: 'value', summary: 'secret to pull the image with' },
} as const satisfies Record<string, OptionSpec>;

const FORCE = {
  names: ['--force', '-f'],
  kind: 'flag',
  summary: 'do not check references',
  default: 'false',
} as const satisfies OptionSpec;
const IMAGE = {
  names: ['--image', '-i'],
  kind: 'value',
  summary: 'image, e.g. registry/name:tag',
} as const satisfies OptionSpec;

const SHARED = {
  name: NAME,
  image: IMAGE,
  ...RUNTIME_OPTIONS,
  ...BUILD_OPTIONS,
  ...REFERENCE_OPTIONS,
  force: FORCE,
  output: APP_OUTPUT_OPTION,
  quiet: QUIET,
  ...waitOptions(true),
} as const satisfies Record<string, OptionSpec>;

export const CREATE_OPTIONS = { ...SHARED, ...UPCOMING_OPTIONS } as const satisfies Record<string, OptionSpec>;

export const UPDATE_OPTIONS = {
  ...SHARED,
  ...UPCOMING_OPTIONS,
  argumentsClear: {
    names: ['--arguments-clear', '--ac'],
    kind: 'flag',
    summary: 'drop all arguments',
    default: 'false',
  },
  commandsClear: {
    names: ['--commands-clear', '--cc'],
    kind: 'flag',
    summary: "use the image's program again",
    default: 'false',
  },
  envRm: { names: ['--env-rm'], kind: 'list', summary: 'drop an environment variable' },
  probeLiveClear: {
    names: ['--probe-live-clear', '--plr'],
    kind: 'flag',
    summary: 'drop the liveness probe',
    default: 'false',
  },
  probeReadyReset: {
    names: ['--probe-ready-reset', '--prr'],
    kind: 'flag',
    summary: 'use the default readiness probe',
    default: 'false',
  },
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
    unavailable: 'Building from a git repository',
    default: 'false',
  },
  buildGitRepoSecretClear: {
    names: ['--build-git-repo-secret-clear', '--git-repo-secret-clear', '--bgrsc', '--grsc'],
    kind: 'flag',
    summary: '',
    unavailable: 'Building from a git repository',
    default: 'false',
  },
  envFromConfigmapRm: {
    names: ['--env-from-configmap-rm', '--env-cm-rm'],
    kind: 'list',
    summary: 'drop all variables of a configmap',
  },
  envFromSecretRm: {
    names: ['--env-from-secret-rm', '--env-sec-rm'],
    kind: 'list',
    summary: 'drop all variables of a secret',
  },
  mountRm: { names: ['--mount-rm'], kind: 'list', summary: 'drop the mount on a folder' },
  registrySecretClear: {
    names: ['--registry-secret-clear', '--rsc'],
    kind: 'flag',
    summary: 'pull without a secret',
    default: 'false',
  },
  serviceAccountClear: {
    names: ['--service-account-clear', '--sac'],
    kind: 'flag',
    summary: 'use the default service account',
    default: 'false',
  },
} as const satisfies Record<string, OptionSpec>;

export type RuntimeOptions = ParsedOptions<typeof RUNTIME_OPTIONS>;
export type BuildOptions = ParsedOptions<typeof BUILD_OPTIONS>;
