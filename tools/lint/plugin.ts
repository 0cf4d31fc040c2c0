/**
 * Our own lint rules, for the editor and for `npm run check`. `house/layering` shares its judgement with the
 * architecture test; the others look at calls, which text rules cannot do well.
 */
import { relative } from 'node:path';
import { judgeImport } from '../layers.ts';
import { REPOSITORY_ROOT } from '../repository.ts';

/** The few parts of a syntax tree these rules read. */
interface Node {
  readonly type: string;
  readonly name?: string;
  readonly value?: unknown;
  readonly expressions?: readonly Node[];
  readonly object?: Node;
  readonly property?: Node;
  readonly callee?: Node;
  readonly arguments?: readonly Node[];
  readonly key?: Node;
  readonly source?: Node | null;
  readonly elements?: readonly Node[];
}

interface Context {
  readonly filename: string;
  report(finding: { readonly node: Node; readonly message: string }): void;
}

const LOG_METHODS: ReadonlySet<string> = new Set(['trace', 'debug', 'info', 'warn', 'error', 'fatal']);
const SHELLS: ReadonlySet<unknown> = new Set(['sh', 'bash', 'dash', '/bin/sh', '/bin/bash']);
const SPAWNERS: ReadonlySet<string> = new Set(['runProcess', 'spawn', 'spawnSync', 'execFile', 'execFileSync']);
const SHELL_CALLS: ReadonlySet<string> = new Set(['exec', 'execSync']);

function layering(context: Context) {
  const path = relative(REPOSITORY_ROOT, context.filename);
  function judge(node: Node): void {
    if (typeof node.source?.value !== 'string') return;
    const finding = judgeImport(path, node.source.value);
    if (finding) context.report({ node: node.source, message: `"${finding.specifier}" ${finding.message}` });
  }
  return {
    ImportDeclaration: judge,
    ExportAllDeclaration: judge,
    ExportNamedDeclaration: judge,
    ImportExpression: judge,
  };
}

/** A message that never changes can be grouped and searched; what changes goes into the fields. */
function staticLogMessage(context: Context) {
  return {
    CallExpression(node: Node): void {
      const { callee } = node;
      if (callee?.type !== 'MemberExpression' || !LOG_METHODS.has(callee.property?.name ?? '')) return;
      const owner = callee.object?.name ?? callee.object?.property?.name ?? '';
      if (!/^(log|logger)$/i.test(owner)) return;
      const parts = (node.arguments ?? []).filter(
        (part) => part.type === 'BinaryExpression' || (part.type === 'TemplateLiteral' && part.expressions?.length),
      );
      for (const part of parts) {
        context.report({ node: part, message: 'Write a log message as fixed text: what changes goes into the fields' });
      }
    },
  };
}

function noShell(context: Context) {
  const message = 'Do not run a shell string: give the program and its arguments';
  return {
    CallExpression(node: Node): void {
      const name = node.callee?.name ?? '';
      if (SHELL_CALLS.has(name)) context.report({ node, message });
      const [first] = node.arguments ?? [];
      const program = first?.type === 'ArrayExpression' ? first.elements?.[0] : first;
      if (SPAWNERS.has(name) && SHELLS.has(program?.value)) context.report({ node, message });
    },
    Property(node: Node): void {
      if (node.key?.name === 'shell' && (node.value as Node | undefined)?.value === true)
        context.report({ node, message });
    },
  };
}

// oxlint asks for a default export of a plug-in.
// oxlint-disable-next-line import/no-default-export -- the plug-in contract of oxlint
export default {
  meta: { name: 'house' },
  rules: {
    layering: { create: layering },
    'static-log-message': { create: staticLogMessage },
    'no-shell': { create: noShell },
  },
};
