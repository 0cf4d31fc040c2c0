/** Which modules a TypeScript file asks for, read from its syntax tree and not by pattern, in order of appearance. */
import { parseSync, Visitor } from 'oxc-parser';

export interface Import {
  readonly specifier: string;
  readonly line: number;
}

/** Static and dynamic imports, re-exports and `import('x')` types. Throws when the text is no TypeScript. */
export function findImports(path: string, text: string): readonly Import[] {
  const parsed = parseSync(path, text);
  const [error] = parsed.errors;
  if (error) throw new SyntaxError(`Cannot parse "${path}": ${error.message}`);
  const found: { specifier: string; start: number }[] = [];
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
  }).visit(parsed.program);
  return found
    .toSorted((a, b) => a.start - b.start)
    .map(({ specifier, start }) => ({ specifier, line: text.slice(0, start).split('\n').length }));
}
