/**
 * Values that break exactly one rule of a schema, so that whatever accepts them is wrong. A value is broken at a place
 * that was drawn: a property, an item, or the value as a whole.
 */
import fc from 'fast-check';
import type { Rules } from './valid-value.ts';

export interface Broken {
  readonly value: unknown;
  /** Which rule, and where; for the message of a finding. */
  readonly rule: string;
}

interface Place {
  readonly path: readonly (string | number)[];
  readonly schema: Rules;
  readonly isRequired: boolean;
}

const WRONG_TYPES: readonly unknown[] = ['text', 7, 1.5, true, null, [], {}, [[]], { a: { b: 1 } }];
const UNKNOWN_PROPERTY = 'surely_unknown';

/**
 * `undefined` stands for a property that is left out. With `resets`, null takes a top-level property back to its default
 * (merge patch) and is not broken.
 */
export function brokenValue(schema: Rules, valid: unknown, { resets = false } = {}): fc.Arbitrary<Broken> {
  const all = placesIn(schema, valid).flatMap((place) =>
    breaksOf(place, resets).map((change) => ({ place, ...change })),
  );
  if (all.length === 0) return fc.constant({ value: null, rule: 'nothing to break: null instead' });
  return fc.constantFrom(...all).map(({ place, with: broken, rule }) => ({
    value: replaced(valid, place.path, broken),
    rule: `${['value', ...place.path].join('.')}: ${rule}`,
  }));
}

function placesIn(schema: Rules, value: unknown, path: readonly (string | number)[] = [], isRequired = false): Place[] {
  const here = { path, schema, isRequired };
  if (Array.isArray(value))
    return [here, ...value.flatMap((item, at) => placesIn(schema.items ?? {}, item, [...path, at], false))];
  if (typeof value !== 'object' || value === null) return [here];
  const inside = Object.entries(schema.properties ?? {}).flatMap(([name, part]) => {
    const isNeeded = schema.required?.includes(name) ?? false;
    const has = Object.hasOwn(value, name);
    return has ? placesIn(part, (value as Record<string, unknown>)[name], [...path, name], isNeeded) : [];
  });
  return [here, ...inside];
}

function breaksOf({ schema, path, isRequired }: Place, resets: boolean): readonly { with: unknown; rule: string }[] {
  const isReset = resets && path.length === 1;
  const types = WRONG_TYPES.filter((value) => !hasType(schema, value) && !(isReset && value === null));
  const breaks = types.map((value) => ({ with: value, rule: `${JSON.stringify(value)} is not ${schema.type}` }));
  if (schema.type === undefined) breaks.length = 0;
  if (isRequired) breaks.push({ with: undefined, rule: 'required and left out' });
  if (schema.enum) breaks.push({ with: 'no-such-word', rule: 'not one of the words' });
  if (schema.minimum !== undefined) breaks.push({ with: schema.minimum - 1, rule: 'below the minimum' });
  if (schema.maximum !== undefined) breaks.push({ with: schema.maximum + 1, rule: 'above the maximum' });
  if (schema.type === 'string' && schema.maxLength !== undefined)
    breaks.push({ with: 'a'.repeat(schema.maxLength + 1), rule: 'too long' });
  if (schema.minLength !== undefined && schema.minLength > 0) breaks.push({ with: '', rule: 'too short' });
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test('\u0001'))
    breaks.push({ with: '\u0001', rule: 'does not match the pattern' });
  if (schema.additionalProperties === false)
    breaks.push({ with: { [UNKNOWN_PROPERTY]: 1 }, rule: 'an unknown property' });
  return breaks;
}

function hasType({ type }: Rules, value: unknown): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function replaced(value: unknown, path: readonly (string | number)[], broken: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) {
    const isAddition = isObject(broken) && Object.hasOwn(broken, UNKNOWN_PROPERTY) && isObject(value);
    return isAddition ? { ...value, ...broken } : broken;
  }
  if (Array.isArray(value)) return value.with(Number(first), replaced(value[Number(first)], rest, broken));
  const { [first]: old, ...others } = value as Record<string, unknown>;
  const next = replaced(old, rest, broken);
  return next === undefined ? others : { ...others, [first]: next };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
