/**
 * What differs between what is declared and what is there. Only declared fields count: what the platform adds to them
 * is no difference. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import { parseBytes, parseCpuMillis, type DeclaredKind } from '@slipway/spec';

type Fields = Readonly<Record<string, unknown>>;

/** In place of the mask that stands for a value. */
const HIDDEN = '(hidden)';

export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Neither is shown. */
  readonly isSecret?: boolean;
  /** Said in place of the value after. */
  readonly note?: string;
}

/** `areValuesHidden`: of secrets and config maps only the keys are known. */
export function compareFields(
  kind: DeclaredKind,
  {
    declared,
    live,
    areValuesHidden,
  }: { readonly declared: Fields; readonly live: Fields; readonly areValuesHidden: boolean },
): readonly FieldChange[] {
  return Object.entries(declared).flatMap(([field, after]): FieldChange[] => {
    const before = live[field];
    if (field === 'data' && (kind === 'config_map' || kind === 'secret'))
      return compareData((after ?? {}) as Fields, (before ?? {}) as Fields, {
        isSecret: kind === 'secret',
        areValuesHidden,
      });
    if (field === 'mesh') return compareMesh((after ?? {}) as Fields, (before ?? {}) as Fields);
    return isSame(field, after, before) ? [] : [{ field, before, after }];
  });
}

/** Of a config map and a secret the whole data is declared: a key that is not is taken away. */
function compareData(
  after: Fields,
  before: Fields,
  { isSecret, areValuesHidden }: { readonly isSecret: boolean; readonly areValuesHidden: boolean },
): FieldChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return keys.flatMap((key) => {
    const isInBoth = before[key] !== undefined && after[key] !== undefined;
    if (before[key] === after[key] || (areValuesHidden && isInBoth)) return [];
    const shown = areValuesHidden && before[key] !== undefined ? HIDDEN : before[key];
    return [{ field: `data.${key}`, before: shown, after: after[key], ...(isSecret && { isSecret }) }];
  });
}

/** Of calls to an app the whole is declared, defaults included: what is not declared is not set. */
function compareMesh(after: Fields, before: Fields): FieldChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return keys
    .filter((key) => !isDeepStrictEqual(before[key], after[key]))
    .map((key) => ({ field: `mesh.${key}`, before: before[key], after: after[key] }));
}

/** Sizes are compared by what they mean: `0.5` is `500m`. */
function isSame(field: string, declared: unknown, live: unknown): boolean {
  if (typeof declared === 'string' && typeof live === 'string' && /^scale_.*_limit$/.test(field)) {
    const parse = field === 'scale_cpu_limit' ? parseCpuMillis : parseBytes;
    return declared === live || (parse(declared) !== undefined && parse(declared) === parse(live));
  }
  return covers(declared, live);
}

/** The live value has everything that is declared; lists are of the same length. */
function covers(declared: unknown, live: unknown): boolean {
  if (Array.isArray(declared)) {
    const others: readonly unknown[] = Array.isArray(live) ? live : [];
    return declared.length === others.length && declared.every((item, index) => covers(item, others[index]));
  }
  if (typeof declared !== 'object' || declared === null) return isDeepStrictEqual(declared, live);
  if (typeof live !== 'object' || live === null) return false;
  const fields = live as Fields;
  return Object.entries(declared).every(([key, value]) => covers(value, fields[key]));
}
