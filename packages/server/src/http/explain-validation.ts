/**
 * Says in plain words why a value breaks its schema: which field, what was sent, the rule, and what to send instead.
 * Pure: from the validator's first finding to a Refusal.
 */
import type { ErrorObject } from 'ajv';
import { Refusal } from '@slipway/spec';
import { nearestWord } from './nearest-word.ts';

/** The parts of JSON Schema that the operation table uses. */
interface SchemaFacts {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** What is sent here may be a secret. */
  readonly 'x-sensitive'?: boolean;
  readonly properties?: Readonly<Record<string, SchemaFacts>>;
}

interface Finding {
  readonly field: string;
  readonly value: unknown;
  readonly rule: string;
  readonly fix: string;
}

const VALUE_CHARACTERS_MAX = 60;
const HIDDEN = '(not shown)';
const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
};

/** `error` must come from a validator with `verbose`, so that it carries the value and its schema. */
export function explainValidation(error: ErrorObject, options: { readonly within?: 'query' } = {}): Refusal {
  const { field, value, rule, fix } = findingFor(error);
  const place = options.within === undefined ? field : `${options.within} ${field}`;
  const isSensitive = (error.parentSchema as SchemaFacts | undefined)?.['x-sensitive'] === true && value !== undefined;
  return new Refusal('invalid_field', { field: place, value: isSensitive ? HIDDEN : shownValue(value), rule, fix });
}

function findingFor(error: ErrorObject): Finding {
  const field = fieldPath(error.instancePath);
  const schema = (error.parentSchema ?? {}) as SchemaFacts;
  const value: unknown = error.data;
  const limit = Number(error.params['limit']);
  switch (error.keyword) {
    case 'required':
      return missingField(field, schema, String(error.params['missingProperty']));
    case 'additionalProperties':
      return unknownField(field, schema, { name: String(error.params['additionalProperty']), object: value });
    case 'type':
      return wrongType(field, value, schema);
    case 'enum':
      return wrongWord(field, value, schema);
    case 'minimum':
      return { field, value, rule: `it is below ${limit}`, fix: rangeFix(schema) };
    case 'maximum':
      return { field, value, rule: `it is above ${limit}`, fix: rangeFix(schema) };
    case 'minLength':
      return { field, value, rule: 'it is too short', fix: `Send at least ${counted(limit, 'character')}` };
    case 'maxLength':
      return { field, value, rule: 'it is too long', fix: `Send at most ${counted(limit, 'character')}` };
    case 'minItems':
      return { field, value, rule: 'the list is too short', fix: `Send at least ${counted(limit, 'item')}` };
    case 'maxItems':
      return { field, value, rule: 'the list is too long', fix: `Send at most ${counted(limit, 'item')}` };
    case 'pattern':
      return wrongForm(field, value, schema);
    default:
      return { field, value, rule: error.message ?? 'it is not valid', fix: 'See the API reference for this field' };
  }
}

function missingField(parent: string, schema: SchemaFacts, name: string): Finding {
  const wanted = schema.properties?.[name];
  const fix = `Add "${name}"${wanted?.type ? `, ${TYPE_WORDS[wanted.type] ?? wanted.type}` : ''}`;
  return { field: joined(parent, name), value: undefined, rule: 'the field is required', fix };
}

function unknownField(
  parent: string,
  schema: SchemaFacts,
  { name, object }: { readonly name: string; readonly object: unknown },
): Finding {
  const nearest = nearestWord(name, Object.keys(schema.properties ?? {}));
  const fix = nearest === undefined ? 'Remove it' : `Did you mean "${nearest}"?`;
  const value = (object as Readonly<Record<string, unknown>>)[name];
  return { field: joined(parent, name), value, rule: 'there is no such field', fix };
}

function wrongType(field: string, value: unknown, schema: SchemaFacts): Finding {
  const wanted = TYPE_WORDS[schema.type ?? ''] ?? `of type ${schema.type}`;
  const rule = `it must be ${wanted}`;
  const isQuoted = typeof value === 'string' && (schema.type === 'integer' || schema.type === 'boolean');
  if (isQuoted && /^(-?\d+|true|false)$/.test(value)) return { field, value, rule, fix: 'Send it without quotes' };
  const isBare = schema.type === 'string' && (typeof value === 'number' || typeof value === 'boolean');
  return { field, value, rule, fix: isBare ? 'Put it in quotes' : `Send ${wanted}${rangeSuffix(schema)}` };
}

function wrongWord(field: string, value: unknown, schema: SchemaFacts): Finding {
  const allowed = schema.enum ?? [];
  const rule = `allowed are ${allowed.map((word) => `"${word}"`).join(', ')}`;
  const nearest = typeof value === 'string' ? nearestWord(value, allowed) : undefined;
  return { field, value, rule, fix: nearest === undefined ? 'Choose one of them' : `Did you mean "${nearest}"?` };
}

function wrongForm(field: string, value: unknown, schema: SchemaFacts): Finding {
  const rule = schema.description
    ? `it must be ${uncapitalized(schema.description)}`
    : 'it does not have the right form';
  const examples = (schema.examples ?? []).map((example) => JSON.stringify(example));
  return { field, value, rule, fix: examples.length > 0 ? `Write it like ${examples.join(' or ')}` : 'Correct it' };
}

function rangeFix(schema: SchemaFacts): string {
  return `Choose a value${rangeSuffix(schema)}`;
}

function rangeSuffix({ minimum, maximum }: SchemaFacts): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? '' : ` of at most ${maximum}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function uncapitalized(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/** `/run_env_variables/0/type` → `run_env_variables[0].type`; '' (the whole value) stays ''. */
function fieldPath(instancePath: string): string {
  let path = '';
  for (const part of instancePath.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path = /^\d+$/.test(name) ? `${path}[${name}]` : joined(path, name);
  }
  return path;
}

function joined(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}

/** A value short enough for one line. Lists and objects are named, not shown. */
export function shownValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length <= VALUE_CHARACTERS_MAX ? text : `${text.slice(0, VALUE_CHARACTERS_MAX)}…"`;
}
