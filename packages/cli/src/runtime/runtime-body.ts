/** From the shared options to fields of the API. Pure; only what was given is sent, so that the API's defaults hold. */
import type { App, EnvVarPrototype, JobPatch } from '@slipway/spec';
import { UsageFault } from '../usage-fault.ts';
import { changesReferences, mergeReferences } from './env-references.ts';
import type { EnvOptions, ProgramOptions, SizeOptions } from './runtime-options.ts';
import { changesMounts, mergeMounts, type MountOptions } from './volume-mounts.ts';

export const VISIBILITIES = { public: 'local_public', private: 'local_private', project: 'local' } as const;
type ManagedDomainMappings = (typeof VISIBILITIES)[keyof typeof VISIBILITIES];

/** Without the fields that have no value. */
export function given<Fields extends object>(fields: Fields): { [Key in keyof Fields]?: NonNullable<Fields[Key]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Fields]?: NonNullable<Fields[Key]> };
}

export function visibilityFor(word: string | undefined): ManagedDomainMappings | undefined {
  return word === undefined ? undefined : VISIBILITIES[word as keyof typeof VISIBILITIES];
}

export function sizeSettings(options: SizeOptions) {
  return given({
    scale_cpu_limit: options.cpu,
    scale_memory_limit: options.memory,
    scale_ephemeral_storage_limit: options.ephemeralStorage,
  });
}

interface ContainerOptions extends ProgramOptions, SizeOptions, EnvOptions, MountOptions {
  readonly registrySecret?: string | undefined;
  readonly registrySecretClear?: boolean | undefined;
  readonly serviceAccount?: string | undefined;
  readonly serviceAccountClear?: boolean | undefined;
}

type ContainerSettings = Pick<
  JobPatch,
  | 'image_secret'
  | 'run_arguments'
  | 'run_commands'
  | 'run_env_variables'
  | 'run_service_account'
  | 'run_volume_mounts'
  | 'scale_cpu_limit'
  | 'scale_ephemeral_storage_limit'
  | 'scale_memory_limit'
>;

/** The variables and mounts that an app or a job has before. */
export interface CurrentSettings {
  readonly run_env_variables?: readonly EnvVarPrototype[] | undefined;
  readonly run_volume_mounts?: App['run_volume_mounts'] | undefined;
}

/** Of an app, a job or a job run. */
export function containerSettings(options: ContainerOptions, current: CurrentSettings = {}): ContainerSettings {
  const { run_env_variables: env = [], run_volume_mounts: mounts = [] } = current;
  const settings = given({
    ...sizeSettings(options),
    run_arguments: options.argumentsClear ? [] : options.argument,
    run_commands: options.commandsClear ? [] : options.runCommand,
    run_service_account: options.serviceAccountClear ? 'default' : options.serviceAccount,
    run_env_variables: changedEnv(env, options),
    run_volume_mounts: changesMounts(options) ? mergeMounts(mounts, options) : undefined,
    // A merge patch drops a field by null, which the settings' type does not show.
    image_secret: options.registrySecretClear ? null : options.registrySecret,
  });
  return settings as ContainerSettings;
}

/** The variables after the options; undefined when those say nothing about them. */
export function changedEnv(current: readonly EnvVarPrototype[], options: EnvOptions): EnvVarPrototype[] | undefined {
  const { env, envRm } = options;
  const isLiteral = env !== undefined || envRm !== undefined;
  const merged = isLiteral ? mergeEnv(current, env ?? [], envRm ?? []) : [...current];
  if (changesReferences(options)) return mergeReferences(merged, options);
  return isLiteral ? merged : undefined;
}

export function parseEnv(text: string): { readonly type: 'literal'; readonly name: string; readonly value: string } {
  const equals = text.indexOf('=');
  if (equals <= 0) {
    throw new UsageFault(`Cannot use --env "${text}": it must be NAME=VALUE`, ['An empty value: --env NAME=']);
  }
  return { type: 'literal', name: text.slice(0, equals), value: text.slice(equals + 1) };
}

/** `--env` sets or replaces by name, `--env-rm` drops; the rest stays as it is. */
export function mergeEnv(
  current: readonly EnvVarPrototype[],
  set: readonly string[],
  drop: readonly string[],
): EnvVarPrototype[] {
  const changed = set.map(parseEnv);
  const gone = new Set([...drop, ...changed.map((variable) => variable.name)]);
  const missing = drop.find((name) => !current.some((variable) => variable.name === name));
  if (missing !== undefined)
    throw new UsageFault(`Cannot drop the environment variable "${missing}": there is none of this name`);
  const kept = current.filter((variable) => variable.name === undefined || !gone.has(variable.name));
  return [...kept, ...changed];
}
