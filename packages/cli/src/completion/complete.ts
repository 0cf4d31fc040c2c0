/**
 * `slipway __complete -- WORDS… CURRENT`: what may stand where the cursor is, one on each line, with what it is after a
 * tab. The scripts of the shells ask this, so they never grow old. It is silent about everything that goes wrong, and it
 * answers in bounded time: nobody waits for a platform with a finger on the tab key.
 */
import { createContext } from '../command-context.ts';
import type { OptionSpec, OptionTable } from '../command.ts';
import { COMMANDS, GROUP_ALIASES, GROUP_SUMMARIES, type CommandEntry } from '../command-table.ts';
import { findCommand } from '../find-command.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import { spellingsOf } from '../parse-options.ts';
import type { Run } from '../run-command.ts';
import { nameKindOf, type NameKind } from './live-names.ts';

const NAMES_MS_MAX = 1500;
/** Asks the shell for names of files. */
const FILES = ':files';
/** Operands and options that take a path. */
const PATH_WORDS =
  /^(FOLDER|FILE|DIR)$|^--(filename|from-file|from-env-file|build-source|source|inline-code|key-path|.*-from-file|.*-path)$/;

interface Candidate {
  readonly word: string;
  readonly summary?: string;
}
type Candidates = readonly Candidate[] | typeof FILES;

export async function completeWords(run: Run): Promise<void> {
  const words = run.words.slice(run.words[0] === '--' ? 1 : 0);
  const current = words.at(-1) ?? '';
  const candidates = await candidatesFor(run, words.slice(0, -1), current);
  if (candidates === FILES) run.terminal.write(`${FILES}\n`);
  else
    for (const { word, summary = '' } of candidates)
      if (word.startsWith(current)) run.terminal.write(`${word}\t${summary}\n`);
}

async function candidatesFor(run: Run, before: readonly string[], current: string): Promise<Candidates> {
  if (before.length === 0) return firstWords();
  const found = findCommand(before);
  if (!found) return [];
  if (!found.entry) return found.rest.length === 0 ? wordsOfGroup(found.group) : [];
  const { entry, rest } = found;
  const command = await entry.load();
  const table: OptionTable = { ...GLOBAL_OPTIONS, ...command.options };
  const state = readState(table, rest);
  const asked = { run, entry, table, rest };
  if (state.open) return valuesOf(asked, state.open);
  const equals = current.indexOf('=');
  if (current.startsWith('-') && equals > 0) {
    const spec = specOf(table, current.slice(0, equals));
    const values = spec ? await valuesOf(asked, spec) : [];
    return values === FILES
      ? FILES
      : values.map((one) => ({ ...one, word: `${current.slice(0, equals + 1)}${one.word}` }));
  }
  if (current.startsWith('-')) return optionWords(table, state.given);
  const operand = command.operands?.[state.operands];
  if (operand === undefined) return optionWords(table, state.given);
  if (PATH_WORDS.test(operand)) return FILES;
  const values = ALLOWED_OPERANDS[operand];
  if (values) return values.map((word) => ({ word }));
  const kind = nameKindOf(entry.words, ['--name']);
  return kind === undefined ? [] : namesOf(asked, kind);
}

const ALLOWED_OPERANDS: Readonly<Record<string, readonly string[]>> = { SHELL: ['bash', 'zsh', 'fish'] };

function firstWords(): readonly Candidate[] {
  const single = COMMANDS.filter(({ words }) => words.length === 1);
  const groups = Object.entries(GROUP_SUMMARIES).filter(([group]) => !group.includes(' '));
  return [
    ...single.map(({ words, summary }) => ({ word: words[0], summary })),
    ...groups.map(([word, summary]) => ({ word, summary })),
    { word: 'help', summary: 'Show help' },
  ];
}

function wordsOfGroup(group: string): readonly Candidate[] {
  const depth = group.split(' ').length;
  const commands = COMMANDS.filter(
    ({ words }) => words.length === depth + 1 && words.slice(0, depth).join(' ') === group,
  );
  const inner = Object.keys(GROUP_ALIASES).filter((name) => name.startsWith(`${group} `));
  return [
    ...commands.map(({ words, summary }) => ({ word: words.at(-1) ?? '', summary })),
    ...inner.map((name) => ({ word: name.slice(group.length + 1), summary: GROUP_SUMMARIES[name] ?? '' })),
  ];
}

interface State {
  /** The option whose value is being typed. */
  readonly open: OptionSpec | undefined;
  readonly given: ReadonlySet<string>;
  readonly operands: number;
}

function readState(table: OptionTable, rest: readonly string[]): State {
  const spellings = spellingsOf(table);
  const given = new Set<string>();
  let open: OptionSpec | undefined;
  let operands = 0;
  for (const word of rest) {
    if (open) open = undefined;
    else if (word.startsWith('-')) {
      const key = spellings.get(word.split('=', 1)[0] ?? '');
      if (key !== undefined) given.add(key);
      const spec = key === undefined ? undefined : table[key];
      if (spec && spec.kind !== 'flag' && !word.includes('=')) open = spec;
    } else operands += 1;
  }
  return { open, given, operands };
}

function specOf(table: OptionTable, spelling: string): OptionSpec | undefined {
  return Object.values(table).find(({ names }) => names.includes(spelling));
}

/** The longest spelling of each option that may still be given. */
function optionWords(table: OptionTable, given: ReadonlySet<string>): readonly Candidate[] {
  return Object.entries(table)
    .filter(([key, spec]) => spec.unavailable === undefined && (spec.kind === 'list' || !given.has(key)))
    .map(([, { names, summary }]) => ({ word: names.toSorted((a, b) => b.length - a.length)[0] ?? '', summary }));
}

interface Asked {
  readonly run: Run;
  readonly entry: CommandEntry;
  readonly table: OptionTable;
  readonly rest: readonly string[];
}

async function valuesOf(asked: Asked, spec: OptionSpec): Promise<Candidates> {
  if (spec.values) return spec.values.map((word) => ({ word: word.replace(/=.*$/, '=') }));
  if (spec.names.some((name) => PATH_WORDS.test(name))) return FILES;
  const kind = nameKindOf(asked.entry.words, spec.names);
  return kind === undefined ? [] : namesOf(asked, kind);
}

async function namesOf({ run, rest, table }: Asked, kind: NameKind): Promise<readonly Candidate[]> {
  const signal = AbortSignal.any([run.signal, AbortSignal.timeout(NAMES_MS_MAX)]);
  const context = createContext({ ...run, signal }, { quiet: true, ...chosenBy(table, rest) });
  const { resourceNames, revisionNames, projectNames } = await import('../resource-names.ts');
  const read = async () => {
    if (kind === 'project') return projectNames(context, signal);
    return kind === 'revision' ? revisionNames(context, signal) : resourceNames(context, kind, signal);
  };
  // Also what does not listen to the signal must not keep anybody waiting.
  const expired = new Promise<readonly string[]>((resolve) =>
    signal.addEventListener('abort', () => resolve([]), { once: true }),
  );
  const names = await Promise.race([read(), expired]).catch(() => []);
  return names.map((word) => ({ word, summary: kind }));
}

/** The platform and the project that the words before name. */
function chosenBy(table: OptionTable, rest: readonly string[]): Readonly<Record<string, string>> {
  const spellings = spellingsOf(table);
  const chosen: Record<string, string> = {};
  for (const [index, word] of rest.entries()) {
    const [spelling = '', inline] = word.split(/=(.*)/s);
    const key = spellings.get(spelling) ?? '';
    const value = inline ?? rest[index + 1];
    if (Object.hasOwn(GLOBAL_OPTIONS, key) && key !== 'help' && value !== undefined) chosen[key] = value;
  }
  return chosen;
}
