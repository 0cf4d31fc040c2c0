/**
 * Values that a schema of the operation table allows, for the fuzzer. Names that mean something (an image, a secret that
 * exists) are drawn from a dictionary most of the time, because random text never gets past the first rule of meaning.
 */
import fc from 'fast-check';
import type { JsonSchema } from '@slipway/spec';
import { hostileText } from './hostile-text.ts';

/** The schemas carry more than the interface of `spec` tells: the rules of JSON Schema that it never reads itself. */
export interface Rules extends JsonSchema {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Rules;
  readonly properties?: Readonly<Record<string, Rules>>;
}

/** Property name → words worth trying there. */
export type Dictionary = Readonly<Record<string, readonly string[]>>;

const ITEMS_MAX = 4;
const TEXT_LENGTH_MAX = 40;
const INTEGER_MAX = 1_000_000;
const CODE_POINT_MAX = 0x10_ffff;

export function validValue(schema: Rules, words: Dictionary, property = ''): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type ?? 'any') {
    case 'string':
      return textFor(schema, words[property]);
    case 'integer':
      return integerFor(schema);
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(validValue(schema.items ?? {}, words, property), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, Math.min(schema.maxItems ?? ITEMS_MAX, ITEMS_MAX)),
      });
    case 'object':
      return objectFor(schema, words);
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

function textFor(schema: Rules, known: readonly string[] | undefined): fc.Arbitrary<string> {
  const minLength = schema.minLength ?? 0;
  const maxLength = Math.max(minLength, Math.min(schema.maxLength ?? TEXT_LENGTH_MAX, TEXT_LENGTH_MAX));
  const free =
    schema.pattern === undefined
      ? fc.oneof(anyText(minLength, maxLength), hostileText(schema))
      : fc.stringMatching(new RegExp(schema.pattern));
  return known && known.length > 0
    ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: free })
    : free;
}

/** Any characters. Not fast-check's own text of such, which first makes tables of all million of them. */
function anyText(minLength: number, maxLength: number): fc.Arbitrary<string> {
  const point = fc.integer({ min: 0, max: CODE_POINT_MAX }).filter((code) => code < 0xd800 || code > 0xdfff);
  return fc.array(point, { minLength, maxLength }).map((codes) => String.fromCodePoint(...codes));
}

function integerFor({ minimum = -INTEGER_MAX, maximum = INTEGER_MAX }: Rules): fc.Arbitrary<number> {
  return fc.oneof(fc.integer({ min: minimum, max: Math.max(minimum, maximum) }), fc.constantFrom(minimum, maximum));
}

function objectFor(schema: Rules, words: Dictionary): fc.Arbitrary<unknown> {
  const { properties, additionalProperties } = schema;
  if (properties) {
    const parts = Object.entries(properties).map(([name, part]) => [name, validValue(part, words, name)] as const);
    return fc.record(Object.fromEntries(parts), { requiredKeys: [...(schema.required ?? [])], noNullPrototype: true });
  }
  if (typeof additionalProperties === 'object')
    return fc.dictionary(
      fc.oneof(fc.stringMatching(/^[A-Z_]{1,8}$/), hostileText()),
      validValue(additionalProperties, words),
      {
        maxKeys: ITEMS_MAX,
        noNullPrototype: true,
      },
    );
  return fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: ITEMS_MAX, noNullPrototype: true });
}
