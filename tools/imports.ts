/** Which modules a TypeScript file asks for, read by its parser and not by pattern, in order of appearance. */
import { parseSync, Visitor, type ParseResult } from 'oxc-parser';

export interface Import {
  readonly specifier: string;
  readonly line: number;
}

interface Found {
  readonly specifier: string;
  readonly start: number;
}

/** What the parser's record of static imports and exports does not tell; text that only looks so costs time, no more. */
const NEEDS_TREE = /\bimport\s*\(|\bexport\s*(type\s*)?\{\s*\}/;

/** Static and dynamic imports, re-exports and `import('x')` types. Throws when the text is no TypeScript. */
export function findImports(path: string, text: string): readonly Import[] {
  const parsed = parseSync(path, text);
  const [error] = parsed.errors;
  if (error) throw new SyntaxError(`Cannot parse "${path}": ${error.message}`);
  // Reading the tree takes ten times as long as parsing.
  const found = NEEDS_TREE.test(text) ? importsInTree(parsed) : importsOnRecord(parsed);
  return found
    .toSorted((a, b) => a.start - b.start)
    .map(({ specifier, start }) => ({ specifier, line: text.slice(0, start).split('\n').length }));
}

function importsOnRecord({ module }: ParseResult): readonly Found[] {
  const requests = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest),
    // One statement names its module once for each name it exports.
    ...module.staticExports.map(({ entries }) => entries[0]?.moduleRequest),
  ];
  return requests.flatMap((request) => (request ? [{ specifier: request.value, start: request.start }] : []));
}

function importsInTree({ program }: ParseResult): readonly Found[] {
  const found: Found[] = [];
  function add(node: { readonly type: string; readonly start: number; readonly value?: unknown } | null): void {
    if (node?.type === 'Literal' && typeof node.value === 'string') {
      found.push({ specifier: node.value, start: node.start });
    }
  }
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source),
    TSImportType: (node) => add(node.source),
  }).visit(program);
  return found;
}
