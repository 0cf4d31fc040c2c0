/**
 * Options of what apps, jobs, job runs, functions and fleets have in common: the program, its environment, its size, its
 * image and its files. Spellings are those of the public command line; each table takes what its noun has.
 */
import type { OptionSpec, OptionTable, ParsedOptions } from '../command.ts';

export const PROGRAM_OPTIONS = {
  argument: { names: ['--argument', '--arg', '-a'], kind: 'list', summary: 'argument of the program' },
  runCommand: { names: ['--command', '--cmd', '-c'], kind: 'list', summary: "program instead of the image's" },
} as const satisfies OptionTable;

export const PROGRAM_CLEAR_OPTIONS = {
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
} as const satisfies OptionTable;

export const SIZE_OPTIONS = {
  cpu: { names: ['--cpu'], kind: 'value', summary: 'processors per instance' },
  memory: { names: ['--memory', '-m'], kind: 'value', summary: 'memory per instance' },
} as const satisfies OptionTable;

export const EPHEMERAL_STORAGE = {
  names: ['--ephemeral-storage', '--es'],
  kind: 'value',
  summary: 'disk per instance',
} as const satisfies OptionSpec;

export const ENV = {
  names: ['--env', '-e'],
  kind: 'list',
  summary: 'environment variable NAME=VALUE',
} as const satisfies OptionSpec;

export const ENV_REFERENCE_OPTIONS = {
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
} as const satisfies OptionTable;

export const ENV_DROP_OPTIONS = {
  envRm: { names: ['--env-rm'], kind: 'list', summary: 'drop an environment variable' },
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
} as const satisfies OptionTable;

export const IMAGE_OPTIONS = {
  image: { names: ['--image', '-i'], kind: 'value', summary: 'image, e.g. registry/name:tag' },
  registrySecret: { names: ['--registry-secret', '--rs'], kind: 'value', summary: 'secret to pull the image with' },
} as const satisfies OptionTable;

export const REGISTRY_SECRET_CLEAR = {
  names: ['--registry-secret-clear', '--rsc'],
  kind: 'flag',
  summary: 'pull without a secret',
  default: 'false',
} as const satisfies OptionSpec;

export const SERVICE_ACCOUNT = {
  names: ['--service-account', '--sa'],
  kind: 'value',
  summary: 'account with which instances may call the API: none, default (the same), reader, writer or manager',
} as const satisfies OptionSpec;

export const SERVICE_ACCOUNT_CLEAR = {
  names: ['--service-account-clear', '--sac'],
  kind: 'flag',
  summary: 'use the default service account',
  default: 'false',
} as const satisfies OptionSpec;

export const FORCE_REFERENCES = {
  names: ['--force', '-f'],
  kind: 'flag',
  summary: 'do not check references',
  default: 'false',
} as const satisfies OptionSpec;

export const VISIBILITY = {
  names: ['--visibility', '-v'],
  kind: 'value',
  summary: 'who reaches it',
  values: ['public', 'private', 'project'],
} as const satisfies OptionSpec;

export const MOUNT_OPTIONS = {
  mountConfigmap: {
    names: ['--mount-configmap', '--mount-cm'],
    kind: 'list',
    summary: 'files of a configmap in a folder: DIR=NAME',
  },
  mountDataStore: {
    names: ['--mount-data-store', '--mount-ds'],
    kind: 'list',
    summary: '',
    unavailable: 'Mounting data stores',
  },
  mountSecret: {
    names: ['--mount-secret', '--mount-sec'],
    kind: 'list',
    summary: 'files of a secret in a folder: DIR=NAME',
  },
} as const satisfies OptionTable;

export const MOUNT_DROP_OPTIONS = {
  mountRm: { names: ['--mount-rm'], kind: 'list', summary: 'drop the mount on a folder' },
} as const satisfies OptionTable;

export const TRUSTED_PROFILES = {
  names: ['--trusted-profiles-enabled', '--trusted', '--tpe'],
  kind: 'flag',
  summary: 'give instances a compute resource token, to be exchanged for one of the API',
  default: 'false',
} as const satisfies OptionSpec;

/** Of what does not run yet. */
export const UPCOMING_TRUSTED_PROFILES = {
  ...TRUSTED_PROFILES,
  summary: '',
  unavailable: 'Trusted profiles',
} as const satisfies OptionSpec;

export type ProgramOptions = Partial<ParsedOptions<typeof PROGRAM_OPTIONS & typeof PROGRAM_CLEAR_OPTIONS>>;
export type SizeOptions = Partial<ParsedOptions<typeof SIZE_OPTIONS & { ephemeralStorage: typeof EPHEMERAL_STORAGE }>>;
export type EnvOptions = Partial<
  ParsedOptions<{ env: typeof ENV } & typeof ENV_REFERENCE_OPTIONS & typeof ENV_DROP_OPTIONS>
>;
