/** From the text of declarations to resources, each with its place; every mistake of all files is told at once. Pure. */
import {
  DECLARED_KINDS,
  MANIFEST_SCHEMA,
  MANIFEST_SECTIONS,
  nameProblem,
  type DeclaredKind,
  type NamedKind,
} from '@slipway/spec';
import { isMap, isScalar, LineCounter, parseAllDocuments, type Document } from 'yaml';
import { checkNode } from './check-node.ts';
import { manifestFault, type ManifestProblem } from './manifest-problem.ts';
import type { ManifestText } from './read-manifests.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A resource as it is written, with the additions of declarations still in it. */
export interface WrittenResource {
  readonly kind: DeclaredKind;
  /** '' for a binding, which is named after its component and prefix. */
  readonly name: string;
  readonly fields: Fields;
  readonly path: string;
  readonly line: number;
  readonly folder: string;
}

export interface Manifest {
  readonly set: string | undefined;
  readonly resources: readonly WrittenResource[];
}

export function parseManifests(texts: readonly ManifestText[]): Manifest {
  const problems: ManifestProblem[] = [];
  const resources: WrittenResource[] = [];
  const sets = new Set<string>();
  for (const source of texts) {
    const lines = new LineCounter();
    const documents = parseAllDocuments(source.text, { lineCounter: lines, prettyErrors: false });
    for (const document of Array.isArray(documents) ? documents : []) {
      const read = readDocument(document, source, lines);
      problems.push(...read.problems);
      if (read.problems.length > 0) continue;
      resources.push(...read.resources);
      if (read.set !== undefined) sets.add(read.set);
    }
  }
  problems.push(...findTwice(resources));
  if (sets.size > 1) {
    const [first] = texts;
    const rule = `all files together are one set, and several are named: ${[...sets].join(', ')}`;
    problems.push({ path: first?.path ?? '', line: 1, field: 'set', rule });
  }
  if (problems.length > 0) throw manifestFault(problems);
  return { set: [...sets][0], resources };
}

interface ReadDocument {
  readonly problems: readonly ManifestProblem[];
  readonly resources: readonly WrittenResource[];
  readonly set?: string | undefined;
}

function readDocument(document: Document.Parsed, source: ManifestText, lines: LineCounter): ReadDocument {
  const lineOf = (offset: number) => lines.linePos(offset).line;
  const { path } = source;
  const broken = document.errors.map(({ pos, message }) => ({
    path,
    line: lineOf(pos[0]),
    field: '',
    rule: `it is no YAML: ${message}`,
  }));
  if (broken.length > 0) return { problems: broken, resources: [] };
  // A file of comments alone, or an end mark at the end.
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null))
    return { problems: [], resources: [] };
  const findings = checkNode(document, document.contents, MANIFEST_SCHEMA);
  const problems = findings.map(({ offset, ...finding }) => ({ path, line: lineOf(offset), ...finding }));
  if (problems.length > 0) return { problems, resources: [] };
  const value = toPlain(document, path);
  const written = resourcesOf(document, { value, source, lineOf });
  const set = value['set'];
  return {
    problems: written.flatMap(problemOfName),
    resources: written,
    set: typeof set === 'string' ? set : undefined,
  };
}

/** Aliases are resolved here; the parser bounds how much they may grow. */
function toPlain(document: Document.Parsed, path: string): Fields {
  try {
    return document.toJS() as Fields;
  } catch (error) {
    const rule = error instanceof Error ? error.message : 'it cannot be read';
    throw manifestFault([{ path, line: 1, field: '', rule }]);
  }
}

interface Reading {
  readonly value: Fields;
  readonly source: ManifestText;
  readonly lineOf: (offset: number) => number;
}

function resourcesOf(document: Document.Parsed, { value, source, lineOf }: Reading): readonly WrittenResource[] {
  const { path, folder } = source;
  return DECLARED_KINDS.flatMap((kind) => {
    const section = MANIFEST_SECTIONS[kind];
    const entries = Object.entries((value[section] ?? {}) as Readonly<Record<string, Fields>>);
    return entries.map(([key, fields]): WrittenResource => {
      const line = lineOf(offsetOf(document, section, key));
      return { kind, name: kind === 'binding' ? '' : key, fields, path, line, folder };
    });
  });
}

function offsetOf(document: Document.Parsed, section: string, key: string): number {
  const node = document.get(section, true);
  if (!isMap(node)) {
    const item: unknown = document.getIn([section, Number(key)], true);
    return (item as { readonly range?: readonly number[] } | undefined)?.range?.[0] ?? 0;
  }
  const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
  return (pair && isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? 0;
}

function problemOfName({ kind, name, path, line }: WrittenResource): readonly ManifestProblem[] {
  if (kind === 'binding') return [];
  const rule = nameProblem(kind satisfies NamedKind, name);
  return rule === undefined
    ? []
    : [{ path, line, field: `${MANIFEST_SECTIONS[kind]}.${name}`, rule: `its name: ${rule}` }];
}

function findTwice(resources: readonly WrittenResource[]): readonly ManifestProblem[] {
  const seen = new Map<string, WrittenResource>();
  return resources.flatMap((resource) => {
    if (resource.kind === 'binding') return [];
    const field = `${MANIFEST_SECTIONS[resource.kind]}.${resource.name}`;
    const first = seen.get(field);
    if (!first) seen.set(field, resource);
    if (!first) return [];
    const { path, line } = resource;
    return [{ path, line, field, rule: `it is declared already, in ${first.path} line ${first.line}` }];
  });
}
