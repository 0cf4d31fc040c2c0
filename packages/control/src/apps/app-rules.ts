/**
 * What an app may be told, beyond the schema: pure rules over complete settings, asked in order. Each answer names the
 * field, the value, the rule and the fix. Values of environment variables are never shown.
 */
import {
  APP_LIMITS,
  CPU_MEMORY_COMBINATIONS,
  NAME_RULES,
  nameProblem,
  parseBytes,
  parseCpuMillis,
  RESERVED_PORTS,
} from '@slipway/spec';
import { IMAGE_FIX, IMAGE_RULE, isForeignImage, parseImageReference } from '../image-reference.ts';
import type { FieldProblem } from '../refuse.ts';
import { PLATFORM_VARIABLES } from './app-environment.ts';
import type { AppSettings, EnvSetting } from './app-settings.ts';

/** Where the app lives: decides which images of the bundled registry are its own. */
export interface AppPlace {
  readonly registry: string;
  readonly subdomain: string;
}

type Rule = (settings: AppSettings, place: AppPlace) => FieldProblem | undefined;

const RULES: readonly Rule[] = [
  imageProblem,
  unavailableProblem,
  portProblem,
  sizeProblem,
  scaleProblem,
  environmentProblem,
];

export function appNameProblem(name: string): FieldProblem | undefined {
  const rule = nameProblem('app', name);
  return rule === undefined
    ? undefined
    : { field: 'name', value: name, rule, fix: `Take a name like "${NAME_RULES.app.example}"` };
}

export function appSettingsProblem(settings: AppSettings, place: AppPlace): FieldProblem | undefined {
  for (const rule of RULES) {
    const problem = rule(settings, place);
    if (problem) return problem;
  }
  return undefined;
}

function imageProblem({ image_reference: value }: AppSettings, place: AppPlace): FieldProblem | undefined {
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

function unavailableProblem(settings: AppSettings): FieldProblem | undefined {
  const rule = 'this is not available yet';
  if (settings.run_volume_mounts.length > 0) {
    const value = settings.run_volume_mounts.map((mount) => mount.mount_path);
    return { field: 'run_volume_mounts', value, rule, fix: 'Leave it out' };
  }
  if (settings.image_secret !== undefined) {
    const fix = 'Leave it out, and take an image that can be pulled without credentials';
    return { field: 'image_secret', value: settings.image_secret, rule, fix };
  }
  if (settings.run_compute_resource_token_enabled) {
    return { field: 'run_compute_resource_token_enabled', value: true, rule, fix: 'Leave it out' };
  }
  const reference = settings.run_env_variables.find((variable) => variable.type !== 'literal');
  if (!reference) return undefined;
  return { field: 'run_env_variables.type', value: reference.type, rule, fix: 'Give a literal value' };
}

function portProblem({ image_port: value }: AppSettings): FieldProblem | undefined {
  if (!RESERVED_PORTS.includes(value)) return undefined;
  const rule = `the platform keeps ports ${RESERVED_PORTS.toSorted((a, b) => a - b).join(', ')} for itself`;
  return { field: 'image_port', value, rule, fix: 'Take another port, e.g. 8080' };
}

function sizeProblem(settings: AppSettings): FieldProblem | undefined {
  const cpu = settings.scale_cpu_limit;
  const memory = settings.scale_memory_limit;
  const storage = settings.scale_ephemeral_storage_limit;
  const pair = CPU_MEMORY_COMBINATIONS.find(([cpuMillis]) => cpuMillis === parseCpuMillis(cpu));
  if (!pair) {
    const sizes = CPU_MEMORY_COMBINATIONS.map(([cpuMillis]) => cpuMillis / 1000).join(', ');
    return { field: 'scale_cpu_limit', value: cpu, rule: 'there is no such size', fix: `Take one of ${sizes}` };
  }
  const [, memorySizes] = pair;
  const memoryBytes = parseBytes(memory);
  if (memoryBytes === undefined || !memorySizes.includes(memoryBytes)) {
    const sizes = memorySizes.map((bytes) => `${bytes / 1e9}G`).join(', ');
    const rule = `it does not go with ${cpu} CPU`;
    return { field: 'scale_memory_limit', value: memory, rule, fix: `With ${cpu} CPU take one of ${sizes}` };
  }
  const storageBytes = parseBytes(storage);
  const storageBytesMax = Math.max(APP_LIMITS.ephemeralStorageBytesFloor, memoryBytes);
  if (storageBytes !== undefined && storageBytes > 0 && storageBytes <= storageBytesMax) return undefined;
  const rule = `at most the memory is allowed, or ${APP_LIMITS.ephemeralStorageBytesFloor / 1e6}M if that is more`;
  const fix = `Take at most ${storageBytesMax / 1e6}M`;
  return { field: 'scale_ephemeral_storage_limit', value: storage, rule, fix };
}

function scaleProblem(settings: AppSettings): FieldProblem | undefined {
  const max = settings.scale_max_instances;
  const bounded = (value: number) => max > 0 && value > max;
  if (bounded(settings.scale_min_instances)) {
    const rule = `it is more than scale_max_instances (${max})`;
    const fix = 'Lower it, or raise scale_max_instances';
    return { field: 'scale_min_instances', value: settings.scale_min_instances, rule, fix };
  }
  if (bounded(settings.scale_initial_instances)) {
    const rule = `it is more than scale_max_instances (${max})`;
    const fix = 'Lower it, or raise scale_max_instances';
    return { field: 'scale_initial_instances', value: settings.scale_initial_instances, rule, fix };
  }
  if (settings.scale_concurrency_target <= settings.scale_concurrency) return undefined;
  const rule = `it is more than scale_concurrency (${settings.scale_concurrency})`;
  const fix = 'Lower it, or raise scale_concurrency';
  return { field: 'scale_concurrency_target', value: settings.scale_concurrency_target, rule, fix };
}

const ENV_NAME_PATTERN = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

function environmentProblem({ run_env_variables: variables }: AppSettings): FieldProblem | undefined {
  const seen = new Set<string>();
  let bytes = 0;
  for (const variable of variables) {
    const problem = variableProblem(variable, seen);
    if (problem) return problem;
    const name = variable.name ?? '';
    seen.add(name);
    bytes += Buffer.byteLength(name) + Buffer.byteLength(variable.value ?? '') + 2;
  }
  if (bytes <= APP_LIMITS.envBytesMax) return undefined;
  const rule = `all variables together may have ${APP_LIMITS.envBytesMax} bytes`;
  return {
    field: 'run_env_variables',
    value: `${bytes} bytes`,
    rule,
    fix: 'Move large values into a file of the image',
  };
}

function variableProblem({ name = '', value }: EnvSetting, seen: ReadonlySet<string>): FieldProblem | undefined {
  const field = 'run_env_variables.name';
  if (!ENV_NAME_PATTERN.test(name)) {
    const rule = 'allowed are letters, digits and - . _, and no digit first';
    return { field, value: name, rule, fix: 'Take a name like LOG_LEVEL' };
  }
  if (PLATFORM_VARIABLES.includes(name)) {
    const fix = name === 'PORT' ? 'Set image_port instead' : 'Take another name';
    return { field, value: name, rule: 'the platform sets this variable', fix };
  }
  if (seen.has(name)) return { field, value: name, rule: 'it is given twice', fix: 'Give each variable once' };
  if (value === undefined) {
    return { field: 'run_env_variables.value', value: name, rule: 'the variable has no value', fix: 'Give one, or ""' };
  }
  if (!value.includes('\0')) return undefined;
  return { field: 'run_env_variables.value', value: name, rule: 'it holds a NUL character', fix: 'Remove it' };
}
