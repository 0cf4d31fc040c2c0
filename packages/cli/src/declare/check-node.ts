/**
 * Judges a parsed YAML document by the rules of declarations, node by node, so that every mistake is told with its line.
 * Knows the part of JSON Schema that the rules use. Pure.
 */
import type { ManifestRule } from '@slipway/spec';
import { isAlias, isMap, isScalar, isSeq, type Document, type Node, type YAMLMap } from 'yaml';
import { closestWord } from '../closest-word.ts';
import type { ManifestProblem } from './manifest-problem.ts';

export type Finding = Omit<ManifestProblem, 'path' | 'line'> & { readonly offset: number };

interface Place {
  readonly field: string;
  /** Where the node begins, or what names it when there is no node. */
  readonly offset: number;
}

export function checkNode(document: Document, node: unknown, rule: ManifestRule): readonly Finding[] {
  return judge(document, node, { rule, place: { field: '', offset: 0 } });
}

interface Judgement {
  readonly rule: ManifestRule;
  readonly place: Place;
}

function judge(document: Document, wanted: unknown, { rule, place }: Judgement): readonly Finding[] {
  const node = isAlias(wanted) ? wanted.resolve(document) : wanted;
  const at = { ...place, offset: offsetOf(wanted) ?? place.offset };
  if (rule.anyOf) return judgeAny(document, node, { rule, place: isMap(node) ? place : at });
  const value = isScalar(node) ? node.value : undefined;
  const finding = (text: string, fix?: string): readonly Finding[] => {
    const shown = isScalar(node) && rule['x-sensitive'] !== true ? { value } : {};
    return [{ ...at, ...shown, rule: text, ...(fix !== undefined && { fix }) }];
  };
  if (rule.const !== undefined) return value === rule.const ? [] : finding(`it takes ${String(rule.const)}`);
  switch (rule.type) {
    case 'object':
      return isMap(node)
        ? judgeMap(document, node, { rule, place })
        : finding('it takes fields below it', example(rule));
    case 'array':
      if (!isSeq(node)) return finding('it takes a list', 'Begin each item on a line of its own with "- "');
      if (rule.maxItems !== undefined && node.items.length > rule.maxItems)
        return finding(`it has ${node.items.length} items, at most ${rule.maxItems} are allowed`);
      return node.items.flatMap((item, index) =>
        judge(document, item, {
          rule: rule.items ?? {},
          place: { field: `${at.field}[${index}]`, offset: offsetOf(item) ?? at.offset },
        }),
      );
    case 'string':
      return typeof value === 'string'
        ? judgeText(value, rule, finding)
        : finding('it takes a text', quoted(value, rule));
    case 'integer':
      return judgeInteger(value, rule, finding);
    case 'boolean':
      return typeof value === 'boolean' ? [] : finding('it takes true or false');
    case undefined:
    default:
      return [];
  }
}

type Tell = (text: string, fix?: string) => readonly Finding[];

function judgeText(value: string, rule: ManifestRule, tell: Tell): readonly Finding[] {
  if (rule.enum && !rule.enum.includes(value)) {
    const close = closestWord(value, rule.enum);
    return tell(`allowed are ${rule.enum.join(', ')}`, close === undefined ? undefined : `Did you mean ${close}?`);
  }
  if (value.length < (rule.minLength ?? 0)) return tell('it is empty');
  if (rule.maxLength !== undefined && value.length > rule.maxLength)
    return tell(`it has ${value.length} characters, at most ${rule.maxLength} are allowed`);
  if (rule.pattern !== undefined && !new RegExp(rule.pattern, 'u').test(value))
    return tell(rule.description ?? `it must match ${rule.pattern}`, example(rule));
  return [];
}

function judgeInteger(value: unknown, rule: ManifestRule, tell: Tell): readonly Finding[] {
  if (typeof value !== 'number' || !Number.isInteger(value)) return tell('it takes a whole number');
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = rule;
  if (value >= minimum && value <= maximum) return [];
  return tell(Number.isFinite(maximum) ? `it is from ${minimum} to ${maximum}` : `it is at least ${minimum}`);
}

/** A text that YAML reads as something else: `PORT: 8080`. */
function quoted(value: unknown, rule: ManifestRule): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  return rule['x-sensitive'] === true ? 'Write it in quotes' : `Write it in quotes: "${String(value)}"`;
}

function example(rule: ManifestRule): string | undefined {
  const [first] = rule.examples ?? [];
  return first === undefined ? undefined : `For instance: ${typeof first === 'string' ? first : JSON.stringify(first)}`;
}

/** Of several forms the one is spoken of that the node comes nearest to: a map with the first field of the form. */
function judgeAny(document: Document, node: unknown, { rule, place }: Judgement): readonly Finding[] {
  const forms = rule.anyOf ?? [];
  const verdicts = forms.map((form) => ({ form, findings: judge(document, node, { rule: form, place }) }));
  if (verdicts.some(({ findings }) => findings.length === 0)) return [];
  const alike = verdicts.filter(({ form }) => (form.type === 'object') === isMap(node));
  const named = alike.find(({ form }) => isMap(node) && (form.required ?? []).some((one) => node.has(one)));
  const [chosen = verdicts[0]] = named ? [named] : alike.length === 1 ? alike : [];
  if (named || alike.length === 1) return chosen?.findings ?? [];
  if (isMap(node)) {
    const words = alike.map(({ form }) => form.required?.[0] ?? '');
    const given = node.items.map(({ key }) => String(isScalar(key) ? key.value : key))[0] ?? '';
    const close = closestWord(given, words);
    const fix = close === undefined ? {} : { fix: `Did you mean "${close}"?` };
    return [{ ...place, rule: `it takes a text, or one of ${words.join(', ')} below it`, ...fix }];
  }
  return verdicts[0]?.findings ?? [];
}

function judgeMap(document: Document, node: YAMLMap, { rule, place }: Judgement): readonly Finding[] {
  const findings: Finding[] = [];
  const given = new Set<string>();
  for (const { key, value } of node.items) {
    const name = String(isScalar(key) ? key.value : key);
    given.add(name);
    const offset = offsetOf(key) ?? place.offset;
    const inside = { field: place.field === '' ? name : `${place.field}.${name}`, offset };
    const known = Object.hasOwn(rule.properties ?? {}, name) ? rule.properties?.[name] : undefined;
    const other = typeof rule.additionalProperties === 'object' ? rule.additionalProperties : undefined;
    const found = known ?? other;
    if (found) findings.push(...judge(document, value, { rule: found, place: inside }));
    else findings.push(unknownField(name, inside, Object.keys(rule.properties ?? {})));
  }
  for (const name of rule.required ?? []) {
    if (!given.has(name)) findings.push({ ...place, rule: `"${name}" is missing` });
  }
  return [...findings, ...judgeChoice(given, { rule, place })];
}

function judgeChoice(given: ReadonlySet<string>, { rule, place }: Judgement): readonly Finding[] {
  if (!rule.oneOf) return [];
  const words = rule.oneOf.map(({ required }) => required.join(' and '));
  const there = rule.oneOf.filter(({ required }) => required.every((name) => given.has(name)));
  if (there.length === 1) return [];
  return [{ ...place, rule: `it takes ${there.length === 0 ? 'one' : 'only one'} of ${words.join(', ')}` }];
}

function unknownField(name: string, place: Place, known: readonly string[]): Finding {
  const close = closestWord(name, known);
  const fix = close === undefined ? `There are: ${known.toSorted().join(', ')}` : `Did you mean "${close}"?`;
  return { ...place, rule: 'there is no such field', fix };
}

function offsetOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
