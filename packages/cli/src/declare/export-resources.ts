/** From what is there to a declaration of it: the writable fields that say something, in the API's words. Pure. */
import { MANIFEST_RULES, MANIFEST_SECTIONS, type DeclaredKind } from '@slipway/spec';
import type { LiveResource } from './live-resources.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface ExportOptions {
  /** In clear; else each is named by a variable. */
  readonly hasSecretValues: boolean;
  /** Those of config maps are named by variables, too. */
  readonly areValuesHidden: boolean;
}

/** Additions of declarations; what is there is told in the API's own fields. */
const SHORT_FORMS: ReadonlySet<string> = new Set(['build', 'env', 'code']);

/** The section of a kind, or undefined when there is nothing of it. */
export function exportKind(
  kind: DeclaredKind,
  live: readonly LiveResource[],
  options: ExportOptions,
): Readonly<Record<string, unknown>> | undefined {
  if (live.length === 0) return undefined;
  const sorted = live.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const entries = sorted.map((resource) => [resource.name, exportFields(kind, resource, options)] as const);
  const section = MANIFEST_SECTIONS[kind];
  return { [section]: kind === 'binding' ? entries.map(([, fields]) => fields) : Object.fromEntries(entries) };
}

function exportFields(kind: DeclaredKind, { name, fields }: LiveResource, options: ExportOptions): Fields {
  const entries = Object.keys(MANIFEST_RULES[kind].properties ?? {}).flatMap(
    (field): (readonly [string, unknown])[] => {
      const value = fields[field];
      if (SHORT_FORMS.has(field) || isEmpty(value) || isOfThisProject(field, value)) return [];
      if (field === 'component') return [[field, shortComponent(value)]];
      if (field === 'data' && isByVariables(kind, options)) return [[field, byVariables(name, value)]];
      return [[field, value]];
    },
  );
  return Object.fromEntries(entries);
}

function isByVariables(kind: DeclaredKind, { hasSecretValues, areValuesHidden }: ExportOptions): boolean {
  return (kind === 'secret' && !hasSecretValues) || (kind === 'config_map' && areValuesHidden);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/** An upload exists in its own project alone. */
function isOfThisProject(field: string, value: unknown): boolean {
  return field === 'source_url' && String(value).startsWith('source://');
}

function shortComponent(component: unknown): unknown {
  const { name, resource_type: type } = component as Readonly<Record<string, string>>;
  return `${type?.replace(/_v2$/, '')}/${name}`;
}

function byVariables(name: string, data: unknown): Fields {
  return Object.fromEntries(Object.keys(data as Fields).map((key) => [key, { env: variableFor(name, key) }]));
}

/** `db-login`, `password` → `DB_LOGIN_PASSWORD`. */
function variableFor(name: string, key: string): string {
  const text = `${name}_${key}`.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
  return /^\d/.test(text) ? `_${text}` : text;
}
