/**
 * Takes the values out of an answer that its schema marks as sensitive, for callers who may see that something is there
 * and not what it is. The schema decides, so that no operation has to remember it. Pure.
 */
import type { JsonSchema, Operation } from '@slipway/spec';

export const REDACTED = 'REDACTED';

const known = new WeakMap<object, boolean>();

/** The answer itself when nothing in it is sensitive. */
export function redactAnswer(schema: Operation['returns'], answer: unknown): unknown {
  if (!isSensitive(schema) || typeof answer !== 'object' || answer === null) return answer;
  if (schema['x-sensitive'] === true) return withoutValues(answer);
  if (Array.isArray(answer)) return answer.map((item: unknown) => redactAnswer(schema.items ?? {}, item));
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => {
      const property = schema.properties?.[name];
      if (property?.['x-sensitive'] === true) return [name, withoutValues(value)] as const;
      return [name, property ? redactAnswer(property, value) : value] as const;
    }),
  );
}

/** Somewhere in it. */
function isSensitive(schema: JsonSchema): boolean {
  const answer =
    known.get(schema) ??
    (schema['x-sensitive'] === true ||
      Object.values(schema.properties ?? {}).some(isSensitive) ||
      (schema.items !== undefined && isSensitive(schema.items)));
  known.set(schema, answer);
  return answer;
}

/** The same names, and nothing of what they stand for. */
function withoutValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutValues);
  if (typeof value !== 'object' || value === null) return REDACTED;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withoutValues(part)] as const));
}
