/** From the words of the command line to an exit code: finds the command, reads its options, runs it, tells the end. */
import type { Client } from '@slipway/client';
import { closestWord } from './closest-word.ts';
import { createContext, type CommandContext, type Terminal } from './command-context.ts';
import type { Command, OptionTable } from './command.ts';
import { COMMANDS, GROUP_ALIASES, UPCOMING_COMMANDS, UPCOMING_GROUPS, type CommandEntry } from './command-table.ts';
import { EXIT_CODES } from './exit-code.ts';
import { findCommand } from './find-command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { commandHelp, groupHelp, overviewHelp } from './help.ts';
import { nextCommands } from './next-commands.ts';
import { faultThere, programOf, withProgram } from './offered-command.ts';
import { parseOptions } from './parse-options.ts';
import { describeCauses, describeProblem, exitCodeOf } from './problem.ts';
import { sayNext } from './say-next.ts';
import { CommandFault, UsageFault } from './usage-fault.ts';
import { readVersion } from './version-file.ts';

/** What completion scripts ask; no command for people. */
const COMPLETE_WORD = '__complete';

const PROGRAM = 'slipway';

/** `slipway help app create` is `slipway app create --help`. */
const HELP_WORDS: readonly string[] = ['help', 'h', '--help', '-h'];

export interface Run {
  readonly words: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Its name in help. */
  readonly program?: string;
  /** The platform to speak to; without it the one that is chosen. */
  readonly client?: Client;
}

export async function runCommand(run: Run): Promise<number> {
  let command = '';
  try {
    if (run.words[0] === COMPLETE_WORD) {
      const { completeWords } = await import('./completion/complete.ts');
      await completeWords({ ...run, words: run.words.slice(1) });
      return EXIT_CODES.success;
    }
    const { entry, rest } = await resolveCommand(run);
    if (!entry) return EXIT_CODES.success;
    command = entry.words.join(' ');
    return await carryOut(entry, rest, run);
  } catch (error) {
    return tellProblem(run, error, { program: PROGRAM, command });
  }
}

/** Prints what went wrong; gives the exit code. */
export function tellProblem(
  run: Pick<Run, 'env' | 'signal' | 'terminal'>,
  error: unknown,
  where: { readonly program: string; readonly command: string },
): number {
  // Whatever breaks because of Ctrl-C is the interruption, unless the command has more to say about it.
  const cause = run.signal.aborted && !(error instanceof CommandFault) ? run.signal.reason : error;
  const problem = describeProblem(cause, where);
  for (const line of problem.lines) run.terminal.writeError(`${withProgram(line, programOf(run.env))}\n`);
  if (run.env['SLIPWAY_DEBUG'] === '1') run.terminal.writeError(`${describeCauses(error)}\n`);
  return exitCodeOf(problem);
}

type Words = readonly string[];

/** The command of the words, or none when help was printed instead. */
async function resolveCommand(run: Run): Promise<{ readonly entry?: CommandEntry; readonly rest: Words }> {
  const [first, second] = run.words;
  const isHelp = (word: string | undefined) => word !== undefined && HELP_WORDS.includes(word);
  if (first === undefined || (isHelp(first) && second === undefined)) {
    run.terminal.write(`${overviewHelp(await readVersion())}\n`);
    return { rest: [] };
  }
  if (isHelp(first)) return resolveCommand({ ...run, words: [...run.words.slice(1), '--help'] });
  const found = findCommand(run.words);
  if (!found) throw unknownWord(first);
  if (found.entry) return found;
  const { group, rest } = found;
  const [next] = rest;
  if (next !== undefined && !isHelp(next)) throw unknownCommand(group, next);
  run.terminal.write(`${groupHelp(group)}\n`);
  const isEmpty = !COMMANDS.some(({ words }) => words.join(' ').startsWith(`${group} `));
  if (next === undefined && !isEmpty) throw new UsageFault(`Cannot run "${group}" alone: it is a group of commands`);
  return { rest: [] };
}

function unknownWord(word: string): UsageFault {
  if (UPCOMING_GROUPS.includes(word)) return new UsageFault(`"slipway ${word}" is not available yet`);
  const known = [...COMMANDS.map((entry) => entry.words[0]), ...Object.values(GROUP_ALIASES).flat()];
  const close = closestWord(word, known);
  return new UsageFault(
    `Cannot find the command "${word}"`,
    close === undefined ? [] : [`Did you mean: slipway ${close}?`],
  );
}

function unknownCommand(group: string, word: string): UsageFault {
  if (UPCOMING_COMMANDS.includes(`${group} ${word}`))
    return new UsageFault(`"slipway ${group} ${word}" is not available yet`);
  const inside = COMMANDS.filter(({ words }) => words.join(' ').startsWith(`${group} `));
  const known = [...new Set(inside.map(({ words }) => words[group.split(' ').length] ?? ''))];
  const close = closestWord(word, known);
  const fix = close === undefined ? [`There are: ${known.join(', ')}`] : [`Did you mean: slipway ${group} ${close}?`];
  return new UsageFault(`Cannot find the command "${group} ${word}"`, known.length === 0 ? [] : fix);
}

export async function carryOut(entry: CommandEntry, rest: readonly string[], run: Run): Promise<number> {
  const command = await entry.load();
  const table: OptionTable = { ...GLOBAL_OPTIONS, ...command.options };
  const operands = command.operands ?? [];
  if (rest.includes('--help') || rest.includes('-h')) {
    run.terminal.write(`${commandHelp(entry, command, run.program ?? PROGRAM)}\n`);
    return EXIT_CODES.success;
  }
  const parsed = parseOptions(table, rest, operands.length);
  const { context: contextName, platform, project } = parsed.options;
  const context = createContext(run, {
    ...(typeof contextName === 'string' ? { context: contextName } : {}),
    ...(typeof platform === 'string' ? { platform } : {}),
    ...(typeof project === 'string' ? { project } : {}),
    quiet: parsed.options['quiet'] === true,
  });
  const options = fillOperands(command, parsed);
  requireOptions(command, options);
  try {
    await command.run({ options, operands: parsed.operands, context } as Parameters<Command['run']>[0]);
  } catch (error) {
    throw faultThere(await withSuggestion(context, await explained(context, error)), context.whereFlags);
  }
  if (context.outcome.exit === 'success') sayNext(context, nextCommands(entry.words.join(' '), options['name']));
  return EXIT_CODES[context.outcome.exit];
}

/** What it means for the platform it was asked of: one of this machine is started, one elsewhere is not. */
async function explained(context: CommandContext, error: unknown): Promise<unknown> {
  const isAnswer = error instanceof Error && ['ApiProblem', 'ApiUnreachable'].includes(error.name);
  const target = isAnswer ? await context.target() : undefined;
  if (target?.kind === 'machine' && isAnswer && 'reason' in error && error.reason === 'refused')
    return new CommandFault('failure', error.message, ['Start it: slipway up'], { cause: error });
  if (target?.kind !== 'context') return error;
  const { explainFailure } = await import('./login/connect-context.ts');
  return explainFailure(target, error);
}

/** A name that was not found becomes a fault with the one that was probably meant. */
async function withSuggestion(context: CommandContext, error: unknown): Promise<unknown> {
  const isNotFound = error instanceof Error && 'status' in error && error.status === 404;
  if (!isNotFound || context.signal.aborted) return error;
  const { suggestName } = await import('./suggest-name.ts');
  const suggestion = await suggestName(context, error);
  return suggestion === undefined
    ? error
    : new CommandFault('not_found', error.message, [suggestion], { cause: error });
}

/** `slipway app get web` is `slipway app get --name web`. */
function fillOperands(command: Command, parsed: ReturnType<typeof parseOptions>): Readonly<Record<string, unknown>> {
  const [operand] = parsed.operands;
  if (operand === undefined || command.operands?.[0] !== 'NAME') return parsed.options;
  if (parsed.options['name'] !== undefined) {
    throw new UsageFault(`Cannot use both "${operand}" and --name: they mean the same`);
  }
  return { ...parsed.options, name: operand };
}

function requireOptions(command: Command, options: Readonly<Record<string, unknown>>): void {
  for (const [key, spec] of Object.entries(command.options)) {
    if (!spec.required || options[key] !== undefined) continue;
    throw new UsageFault(`Cannot go on: ${spec.names.toSorted((a, b) => b.length - a.length)[0]} is missing`);
  }
}
