/**
 * Reads a query string for one operation. Here, and only here, text is converted: a query has no types of its own.
 * Unknown and repeated parameters are refused rather than ignored, because a misspelt filter would return everything.
 * `version` (the API date of the public API) is accepted everywhere and has no effect yet: there is one version.
 */
import { Refusal } from '@slipway/spec';
import { nearestWord } from './nearest-word.ts';
import { shownValue } from './explain-validation.ts';

type QueryValue = string | number | boolean;

interface QuerySchema {
  readonly properties?: Readonly<Record<string, { readonly type?: string }>>;
}

/** The values still need the schema's own check (ranges, required ones). */
export function readQuery(schema: QuerySchema, queryText: string): Readonly<Record<string, QueryValue>> {
  const properties = schema.properties ?? {};
  const query: Record<string, QueryValue> = {};
  const seen = new Set<string>();
  for (const [name, text] of new URLSearchParams(queryText)) {
    if (seen.has(name)) throw refused(name, text, { rule: 'it is given more than once', fix: 'Send it once' });
    seen.add(name);
    if (name === 'version') {
      checkVersion(text);
      continue;
    }
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!property) {
      const nearest = nearestWord(name, [...Object.keys(properties), 'version']);
      const fix = nearest === undefined ? 'Remove it' : `Did you mean "${nearest}"?`;
      throw refused(name, text, { rule: 'there is no such query parameter here', fix });
    }
    query[name] = converted(text, property.type);
  }
  return query;
}

/** Text that is no number or truth value stays text and fails the schema's own check. */
function converted(text: string, type: string | undefined): QueryValue {
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function checkVersion(text: string): void {
  const date = new Date(`${text}T00:00:00Z`);
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime());
  if (isDate && date.toISOString().startsWith(text)) return;
  throw refused('version', text, { rule: 'it must be a date', fix: 'Write it like "2026-01-31"' });
}

function refused(name: string, text: string, why: { readonly rule: string; readonly fix: string }): Refusal {
  return new Refusal('invalid_field', { field: `query ${name}`, value: shownValue(text), ...why });
}
