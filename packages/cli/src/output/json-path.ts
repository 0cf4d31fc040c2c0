/**
 * JSONPath as kubectl understands it, for `--output jsonpath=…`: text with `{…}` holes, where a hole is a path
 * (`.status`, `.items[*].name`, `.items[-1].name`, `.items[0:2].name`, `['a.b']`, `..name`, `[?(@.status=="ready")]`),
 * a quoted text (`{"\n"}`), or `range`/`end`. https://kubernetes.io/docs/reference/kubectl/jsonpath/
 */
import { UsageFault } from '../usage-fault.ts';
import { matchesFilter } from './json-path-filter.ts';

export type Segment =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'all' }
  | { readonly kind: 'descend' }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'filter'; readonly condition: string };

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'path'; readonly segments: readonly Segment[] }
  | { readonly kind: 'range'; readonly segments: readonly Segment[]; readonly body: readonly Part[] };

/** The text kubectl prints: several values of one path with a space between, objects as JSON. */
export function renderJsonPath(template: string, value: unknown): string {
  return renderParts(parseTemplate(template), value);
}

/** Every value of the paths in the template, as one JSON list. */
export function jsonPathValues(template: string, value: unknown): readonly unknown[] {
  return parseTemplate(template).flatMap((part) => (part.kind === 'path' ? selectValues(part.segments, value) : []));
}

function renderParts(parts: readonly Part[], value: unknown): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return part.text;
      const values = selectValues(part.segments, value);
      if (part.kind === 'range') return values.map((item) => renderParts(part.body, item)).join('');
      return values.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join(' ');
    })
    .join('');
}

function parseTemplate(template: string): readonly Part[] {
  // Without braces the whole is one path, as in `jsonpath=.status`.
  const holes = template.includes('{') ? splitHoles(template) : [{ isHole: true, text: template }];
  const stack: { segments: readonly Segment[]; body: Part[] }[] = [{ segments: [], body: [] }];
  for (const { isHole, text } of holes) {
    const top = stack.at(-1);
    if (!top) break;
    if (!isHole) top.body.push({ kind: 'text', text });
    else if (text.trim() === 'end') closeRange(stack, template);
    else if (/^\s*range\s/.test(text)) stack.push({ segments: parsePath(text.replace(/^\s*range\s+/, '')), body: [] });
    else top.body.push(parseHole(text));
  }
  if (stack.length !== 1) throw new UsageFault(`Cannot read the JSONPath "${template}": {range} without {end}`);
  return stack[0]?.body ?? [];
}

function closeRange(stack: { segments: readonly Segment[]; body: Part[] }[], template: string): void {
  const range = stack.pop();
  const outer = stack.at(-1);
  if (!range || !outer) throw new UsageFault(`Cannot read the JSONPath "${template}": {end} without {range}`);
  outer.body.push({ kind: 'range', segments: range.segments, body: range.body });
}

function parseHole(text: string): Part {
  const quoted = /^\s*(["'])(.*)\1\s*$/s.exec(text);
  if (!quoted) return { kind: 'path', segments: parsePath(text.trim()) };
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
  return {
    kind: 'text',
    text: (quoted[2] ?? '').replaceAll(/\\(.)/g, (_all, letter: string) => escapes[letter] ?? letter),
  };
}

function splitHoles(template: string): readonly { readonly isHole: boolean; readonly text: string }[] {
  const parts: { isHole: boolean; text: string }[] = [];
  let text = '';
  for (let at = 0; at < template.length; at++) {
    if (template[at] !== '{') {
      text += template[at];
      continue;
    }
    if (text !== '') parts.push({ isHole: false, text });
    text = '';
    const end = endOfHole(template, at + 1);
    parts.push({ isHole: true, text: template.slice(at + 1, end) });
    at = end;
  }
  if (text !== '') parts.push({ isHole: false, text });
  return parts;
}

/** A closing brace inside quotes does not close the hole. */
function endOfHole(template: string, from: number): number {
  let quote = '';
  for (let at = from; at < template.length; at++) {
    const letter = template[at] ?? '';
    if (letter === '\\') at++;
    else if (quote !== '') quote = letter === quote ? '' : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '}') return at;
  }
  throw new UsageFault(`Cannot read the JSONPath "${template}": "{" without "}"`);
}

const TOKEN =
  /^(?:(?<descend>\.\.)|\.?\[\?\((?<filter>[^\]]*)\)\]|\.?\[(?:(?<all>\*)|(?<slice>-?\d*:-?\d*)|(?<index>-?\d+)|'(?<single>[^']*)'|"(?<double>[^"]*)")\]|\.?(?<star>\*)|\.?(?<name>[\w-]+)|(?<dot>\.)$)/;

export function parsePath(path: string): readonly Segment[] {
  const segments: Segment[] = [];
  let rest = path.replace(/^[$@]/, '');
  while (rest !== '') {
    const match = TOKEN.exec(rest);
    if (!match?.groups) throw new UsageFault(`Cannot read the JSONPath "${path}": it is wrong at "${rest}"`);
    const segment = segmentOf(match.groups);
    if (segment) segments.push(segment);
    rest = rest.slice(match[0].length);
  }
  return segments;
}

function segmentOf(groups: Readonly<Record<string, string | undefined>>): Segment | undefined {
  const name = groups['name'] ?? groups['single'] ?? groups['double'];
  if (name !== undefined) return { kind: 'field', name };
  if (groups['descend'] !== undefined) return { kind: 'descend' };
  if (groups['filter'] !== undefined) return { kind: 'filter', condition: groups['filter'] };
  if (groups['all'] !== undefined || groups['star'] !== undefined) return { kind: 'all' };
  if (groups['index'] !== undefined) return { kind: 'index', index: Number(groups['index']) };
  if (groups['slice'] !== undefined) {
    const [from = '', to = ''] = groups['slice'].split(':');
    return { kind: 'slice', from: from === '' ? undefined : Number(from), to: to === '' ? undefined : Number(to) };
  }
  return undefined;
}

export function selectValues(segments: readonly Segment[], value: unknown): readonly unknown[] {
  let values: readonly unknown[] = [value];
  for (const segment of segments) values = values.flatMap((item) => step(segment, item));
  return values;
}

function step(segment: Segment, value: unknown): readonly unknown[] {
  switch (segment.kind) {
    case 'field':
      return fieldOf(value, segment.name);
    case 'all':
      return children(value);
    case 'descend':
      return [value, ...children(value).flatMap((child) => step(segment, child))];
    case 'index': {
      const item: unknown = Array.isArray(value) ? value.at(segment.index) : undefined;
      return item === undefined ? [] : [item];
    }
    case 'slice':
      return Array.isArray(value) ? value.slice(segment.from, segment.to) : [];
    case 'filter':
      return children(value).filter((child) => matchesFilter(segment.condition, child, selectPath));
  }
}

function selectPath(path: string, value: unknown): readonly unknown[] {
  return selectValues(parsePath(path), value);
}

function fieldOf(value: unknown, name: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return [];
  return [(value as Record<string, unknown>)[name]];
}

function children(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}
