/**
 * The house style as rules: each has a name, says where it applies, finds, and brings a text that breaks it. The test
 * runs every rule on its own broken text first, so no rule can rot into one that finds nothing.
 */
import { basename } from 'node:path/posix';
import { parseSync, Visitor } from 'oxc-parser';
import type { RepositoryFile } from './repository.ts';

export interface TidyRule {
  readonly name: string;
  readonly appliesTo: (path: string) => boolean;
  /** One message per finding. */
  readonly find: (file: RepositoryFile) => readonly string[];
  readonly broken: RepositoryFile;
}

const LINES_MAX = 400;
const HEADER_LINES_MAX = 15;
const BANNED_NAMES = ['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'types', 'manager', 'service', 'base'];

const isTypeScript = (path: string): boolean => path.endsWith('.ts');
const isTest = (path: string): boolean => path.endsWith('.test.ts');
/** The rules' own texts break the rules on purpose. */
const isRuleText = (path: string): boolean => path.startsWith('tools/tidy') || path.startsWith('tools/lint/');
const isCode = (path: string): boolean => /\.(ts|sh|py|c|js|mjs)$|(^|\/)(slipway|run|Dockerfile)$/.test(path);

/** Finds lines that match; the message carries line number and text. */
function findLines(pattern: RegExp): TidyRule['find'] {
  return ({ text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`line ${index + 1}: ${line.trim()}`] : []));
}

function hasBehaviour(file: RepositoryFile): boolean {
  let found = false;
  const see = (): void => {
    found = true;
  };
  const { program } = parseSync(file.path, file.text);
  new Visitor({
    FunctionDeclaration: see,
    FunctionExpression: see,
    ArrowFunctionExpression: see,
    ClassDeclaration: see,
  }).visit(program);
  return found;
}

function findHeaderFault(file: RepositoryFile): readonly string[] {
  const text = file.text.replace(/^#!.*\n/, '');
  const block = /^\/\*\*[\s\S]*?\*\/|^(?:\/\/.*\n)+/.exec(text)?.[0];
  if (block === undefined) return hasBehaviour(file) ? ['begins without a comment that says what it is and why'] : [];
  const lines = block.trimEnd().split('\n').length - (block.startsWith('/**\n') ? 2 : 0);
  return lines > HEADER_LINES_MAX ? [`its header comment has ${lines} lines: at most ${HEADER_LINES_MAX}`] : [];
}

/** A switched-off check must say why: `-- reason`, or words after `@ts-expect-error`. */
function findBareSuppressions({ text }: RepositoryFile): readonly string[] {
  return text.split('\n').flatMap((line, index) => {
    const lint = /(?:oxlint|eslint)-disable(?:-next-line|-line)?(?<rest>[^*]*)/.exec(line);
    const types = /@ts-(?:expect-error|ignore|nocheck)(?<rest>.*)/.exec(line);
    const bare =
      (lint && !/--\s+\S+\s+\S+/.test(lint.groups?.['rest'] ?? '')) ||
      (types && !/\S+\s+\S+/.test(types.groups?.['rest'] ?? '')) ||
      /@ts-(ignore|nocheck)/.test(line);
    return bare ? [`line ${index + 1}: ${line.trim()}`] : [];
  });
}

export const TIDY_RULES: readonly TidyRule[] = [
  {
    name: 'file names are kebab-case',
    appliesTo: isTypeScript,
    find: ({ path }) =>
      /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*\.ts$/.test(basename(path))
        ? []
        : ['its name is not kebab-case'],
    broken: { path: 'packages/spec/src/appState.ts', text: '' },
  },
  {
    name: 'no file has a name that says nothing',
    appliesTo: isTypeScript,
    find: ({ path }) => {
      const [stem = ''] = basename(path).split('.');
      if (BANNED_NAMES.includes(stem)) return [`"${stem}" says nothing: name it after what it exports`];
      if (stem === 'index' && !/^packages\/[^/]+\/src\/index\.ts$/.test(path))
        return ['only a package has an index.ts'];
      return [];
    },
    broken: { path: 'packages/spec/src/resources/index.ts', text: '' },
  },
  {
    name: `no file has more than ${LINES_MAX} lines`,
    appliesTo: isCode,
    find: ({ text }) => {
      const lines = text.trimEnd().split('\n').length;
      return lines > LINES_MAX ? [`has ${lines} lines`] : [];
    },
    broken: { path: 'a.ts', text: 'let a;\n'.repeat(LINES_MAX + 1) },
  },
  {
    name: 'a file that does something begins with a short comment',
    appliesTo: (path) => isTypeScript(path) && !isTest(path),
    find: findHeaderFault,
    broken: { path: 'a.ts', text: 'export function a(): void {}\n' },
  },
  {
    name: 'no work is left as a note',
    appliesTo: (path) => isCode(path) && !isRuleText(path),
    find: findLines(/\b(TODO|FIXME|XXX|HACK)\b/),
    broken: { path: 'a.ts', text: '// TODO: later\n' },
  },
  {
    name: 'no code is commented out',
    appliesTo: isTypeScript,
    find: findLines(
      /^\s*\/\/\s*((const|let|var|import|export|return|throw|await|if|for|while|function|class)\b.*[;{]|\}|[\w.]+\(.*\);)\s*$/,
    ),
    broken: { path: 'a.ts', text: '  // const a = 1;\n' },
  },
  {
    name: 'no comment is a banner',
    appliesTo: isCode,
    find: findLines(/^\s*(\/\/|#|\*)\s*[-=*#─]{4,}/),
    broken: { path: 'a.ts', text: '// ---------- state ----------\n' },
  },
  {
    name: 'no program runs through a shell string',
    appliesTo: (path) => isTypeScript(path) && !isRuleText(path),
    find: findLines(/\bshell:\s*true\b|\bexecSync\b|[^.\w]exec\(/),
    broken: { path: 'a.ts', text: `execSync(command);\n` },
  },
  {
    name: 'no test is left alone or out without a reason',
    appliesTo: (path) => isTest(path) && !isRuleText(path),
    find: findLines(/\b(test|it|describe|suite)\.(only|skip|todo)\b|\bonly:\s*true\b|\bskip:\s*true\b|\.skip\(\)/),
    broken: { path: 'a.test.ts', text: `test.only('a() works', () => {});\n` },
  },
  {
    name: 'every test file asserts',
    appliesTo: isTest,
    find: ({ text }) => (/\bassert\b|\bt\.assert\b|[cC]onformance\(/.test(text) ? [] : ['asserts nothing']),
    broken: { path: 'a.test.ts', text: `test('a() works', () => { a(); });\n` },
  },
  {
    name: 'a test name is a sentence',
    appliesTo: isTest,
    find: findLines(/^\s*(?:await )?(?:t\.)?(?:test|it)\(\s*['"`](\S*|works|test\s.*)['"`]\s*,/),
    broken: { path: 'a.test.ts', text: `test('createApp', () => {});\n` },
  },
  {
    name: 'no path of a person’s own machine',
    appliesTo: (path) => !path.endsWith('package-lock.json') && !isRuleText(path),
    find: findLines(/(^|[\s'"`(=])\/(home\/\w+|Users\/\w+|work)\/|C:\\Users/),
    broken: { path: 'a.md', text: 'See /home/jane/slipway.\n' },
  },
  {
    name: 'no package registry is written down',
    appliesTo: (path) => !isRuleText(path),
    find: findLines(
      /registry\.npmjs\.org|npmmirror|pypi\.org\/simple|deb\.debian\.org|files\.pythonhosted|proxy\.golang/,
    ),
    broken: { path: 'package-lock.json', text: '"resolved": "https://registry.npmjs.org/x.tgz"\n' },
  },
  {
    name: 'every suppression says why',
    appliesTo: (path) => isTypeScript(path) && !isRuleText(path),
    find: findBareSuppressions,
    broken: { path: 'a.ts', text: '// @ts-expect-error\nconst a: string = 1;\n' },
  },
  {
    name: 'nothing is waited for by sleeping in a test',
    appliesTo: (path) => isTest(path) && !isRuleText(path),
    find: findLines(/await (sleep|delay|setTimeout)\(\s*[\d_]{4,}/),
    broken: { path: 'a.test.ts', text: 'await setTimeout(5000);\n' },
  },
];
