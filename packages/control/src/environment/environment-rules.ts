/** What the environment of an app, a job or a function may be told. Values are never shown. Pure. */
import { APP_LIMITS } from '@slipway/spec';
import type { FieldProblem } from '../refuse.ts';
import type { EnvSetting } from './env-setting.ts';

const ENV_NAME_PATTERN = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
const PREFIX_FIX = 'Take a prefix like DB_';

export function isEnvName(name: string): boolean {
  return ENV_NAME_PATTERN.test(name);
}

/** `reserved`: the variables that the platform sets. */
export function environmentProblem(
  variables: readonly EnvSetting[],
  reserved: readonly string[],
): FieldProblem | undefined {
  const seen = new Set<string>();
  let bytes = 0;
  let tooLong: FieldProblem | undefined;
  for (const variable of variables) {
    const problem = variableProblem(variable, { seen, reserved });
    if (problem) return problem;
    const name = nameOf(variable);
    if (name === undefined) continue;
    seen.add(name);
    const length = variableBytes(name, variable.value ?? '');
    tooLong ??= variableSizeProblem(name, length);
    bytes += length + 1;
  }
  return sizeProblem(bytes) ?? tooLong;
}

/** `NAME=VALUE`. */
export function variableBytes(name: string, value: string): number {
  return Buffer.byteLength(name) + Buffer.byteLength(value) + 1;
}

export function variableSizeProblem(name: string, bytes: number): FieldProblem | undefined {
  if (bytes <= APP_LIMITS.envVariableBytesMax) return undefined;
  const rule = `with its name a variable may have ${APP_LIMITS.envVariableBytesMax} bytes, this one has ${bytes}`;
  return { field: 'run_env_variables.value', value: name, rule, fix: 'Mount it as a file' };
}

/** Also of an environment whose references are resolved. */
export function sizeProblem(bytes: number): FieldProblem | undefined {
  if (bytes <= APP_LIMITS.envBytesMax) return undefined;
  const rule = `all variables together may have ${APP_LIMITS.envBytesMax} bytes`;
  const fix = 'Move large values into a file of the image';
  return { field: 'run_env_variables', value: `${bytes} bytes`, rule, fix };
}

/** A reference to one key takes its name when it has none of its own; a full reference has none. */
function nameOf({ type, name, key }: EnvSetting): string | undefined {
  if (type === 'literal') return name ?? '';
  if (type === 'config_map_full_reference' || type === 'secret_full_reference') return undefined;
  return name ?? key ?? '';
}

interface Scene {
  readonly seen: ReadonlySet<string>;
  readonly reserved: readonly string[];
}

function variableProblem(variable: EnvSetting, scene: Scene): FieldProblem | undefined {
  const stray = strayProblem(variable);
  if (stray) return stray;
  const name = nameOf(variable);
  return name === undefined ? prefixProblem(variable) : (nameProblem(name, scene) ?? valueProblem(variable, name));
}

/** Each type has its own fields, and what belongs to another is a mistake worth telling. */
const FIELDS_OF: Readonly<Record<EnvSetting['type'], readonly (keyof EnvSetting)[]>> = {
  literal: ['name', 'value'],
  config_map_full_reference: ['reference', 'prefix'],
  secret_full_reference: ['reference', 'prefix'],
  config_map_key_reference: ['reference', 'key', 'name'],
  secret_key_reference: ['reference', 'key', 'name'],
};
const NEEDED = ['reference', 'key'] as const;

function strayProblem(variable: EnvSetting): FieldProblem | undefined {
  const fields = FIELDS_OF[variable.type];
  for (const field of ['name', 'value', 'key', 'prefix', 'reference'] as const) {
    const isStray = variable[field] !== undefined && !fields.includes(field);
    const rule = `a variable of type ${variable.type} has no ${field}`;
    const value = variable.name ?? variable.reference ?? null;
    if (isStray) return { field: `run_env_variables.${field}`, value, rule, fix: 'Leave it out, or change the type' };
  }
  const missing = NEEDED.find((field) => fields.includes(field) && (variable[field] ?? '') === '');
  if (missing === undefined) return undefined;
  const rule = `a variable of type ${variable.type} needs it`;
  const fix = missing === 'key' ? 'Name the key' : 'Name the config map or the secret';
  return { field: `run_env_variables.${missing}`, value: variable.name ?? null, rule, fix };
}

function prefixProblem({ prefix }: EnvSetting): FieldProblem | undefined {
  if (prefix === undefined || prefix === '' || isEnvName(prefix)) return undefined;
  const rule = 'allowed are letters, digits and - . _, and no digit first';
  return { field: 'run_env_variables.prefix', value: prefix, rule, fix: PREFIX_FIX };
}

function nameProblem(name: string, { seen, reserved }: Scene): FieldProblem | undefined {
  const field = 'run_env_variables.name';
  if (!isEnvName(name)) {
    const rule = 'allowed are letters, digits and - . _, and no digit first';
    return { field, value: name, rule, fix: 'Take a name like LOG_LEVEL' };
  }
  if (reserved.includes(name)) {
    const fix = name === 'PORT' ? 'Set image_port instead' : 'Take another name';
    return { field, value: name, rule: 'the platform sets this variable', fix };
  }
  return seen.has(name) ? { field, value: name, rule: 'it is given twice', fix: 'Give each variable once' } : undefined;
}

function valueProblem({ type, value }: EnvSetting, name: string): FieldProblem | undefined {
  if (type !== 'literal') return undefined;
  const field = 'run_env_variables.value';
  if (value === undefined) return { field, value: name, rule: 'the variable has no value', fix: 'Give one, or ""' };
  return value.includes('\0') ? { field, value: name, rule: 'it holds a NUL character', fix: 'Remove it' } : undefined;
}
