/**
 * Where config maps and secrets may be mounted: pure rules, each answer with field, value, rule and fix. A mount shows
 * every key as a file and cannot be written, so `sub_path` and a `read_only` that says no are mistakes worth telling.
 */
import type { App } from '@slipway/spec';
import type { FieldProblem } from '../refuse.ts';
import { UNAVAILABLE } from '../runtime-rules.ts';

type Mount = App['run_volume_mounts'][number];

/** What the platform puts there itself: neither it, nor what is in it, nor what it is in can be covered. */
const RESERVED_PATHS: readonly string[] = [
  '/dev',
  '/etc/hostname',
  '/etc/hosts',
  '/etc/resolv.conf',
  '/proc',
  '/sys',
  '/var/run/secrets/codeengine.cloud.ibm.com',
  '/var/run/secrets/kubernetes.io',
];
const NAME_BYTES_MAX = 255;
const PATH_FIELD = 'run_volume_mounts.mount_path';

export function volumeMountsProblem(settings: {
  readonly run_volume_mounts: readonly Mount[];
}): FieldProblem | undefined {
  const paths: string[] = [];
  for (const mount of settings.run_volume_mounts) {
    const problem = typeProblem(mount) ?? pathProblem(mount.mount_path) ?? neighbourProblem(mount.mount_path, paths);
    if (problem) return problem;
    paths.push(mount.mount_path);
  }
  return undefined;
}

function typeProblem({ type, reference, read_only: readOnly, sub_path: subPath }: Mount): FieldProblem | undefined {
  if (type === 'persistent_data_store') {
    const fix = 'Mount a config map or a secret, or leave it out';
    return { field: 'run_volume_mounts.type', value: type, rule: UNAVAILABLE, fix };
  }
  const what = type === 'secret' ? 'secret' : 'config map';
  if (reference === '') {
    const rule = `a mount of type ${type} needs it`;
    return { field: 'run_volume_mounts.reference', value: reference, rule, fix: `Name the ${what}` };
  }
  if (readOnly === false) {
    const rule = `the files of a ${what} cannot be written`;
    return { field: 'run_volume_mounts.read_only', value: readOnly, rule, fix: 'Leave it out' };
  }
  if (subPath === undefined || subPath === '') return undefined;
  const rule = `a ${what} is mounted as a whole, each key as a file`;
  return { field: 'run_volume_mounts.sub_path', value: subPath, rule, fix: 'Leave it out, and read the one file' };
}

function pathProblem(value: string): FieldProblem | undefined {
  const field = PATH_FIELD;
  const names = value.split('/').slice(1);
  const isPlain = names.every((name) => name !== '' && name !== '.' && name !== '..');
  if (!value.startsWith('/') || !isPlain) {
    const rule = 'it is no absolute path in its shortest form';
    return { field, value, rule, fix: 'Write a path like /etc/app, without a slash last and without . and ..' };
  }
  // oxlint-disable-next-line no-control-regex -- a path with control characters is what this looks for
  if (/[\u0000-\u001F\u007F:]/.test(value) || names.some((name) => Buffer.byteLength(name) > NAME_BYTES_MAX)) {
    const rule = `a name in it holds a control character or a colon, or has more than ${NAME_BYTES_MAX} bytes`;
    return { field, value, rule, fix: 'Take a path like /etc/app' };
  }
  const reserved = RESERVED_PATHS.find((path) => overlap(path, value));
  if (reserved === undefined) return undefined;
  return { field, value, rule: `the platform keeps ${reserved} for itself`, fix: 'Take a folder of your own' };
}

function neighbourProblem(value: string, others: readonly string[]): FieldProblem | undefined {
  const other = others.find((path) => overlap(path, value));
  if (other === undefined) return undefined;
  const rule = other === value ? 'two mounts have this path' : `it and the mount on ${other} lie one in the other`;
  return { field: PATH_FIELD, value, rule, fix: 'Give each mount a folder of its own' };
}

/** One is the other, or lies in it. */
function overlap(one: string, other: string): boolean {
  return `${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`);
}
