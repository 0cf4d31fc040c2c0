/**
 * What a command is: its options as a table, and what it does. The table is the only place an option is written: the
 * parser, the help and the test against the public command line all read it.
 */
import type { CommandContext } from './command-context.ts';

export type OptionKind = 'flag' | 'value' | 'number' | 'list';

export interface OptionSpec {
  /** Every spelling, the one shown first in help first. */
  readonly names: readonly [string, ...string[]];
  readonly kind: OptionKind;
  readonly summary: string;
  readonly required?: boolean;
  readonly values?: readonly string[];
  /** Shown in help and, for flags of the public command line, what holds without it. */
  readonly default?: string;
  /** The spelling is known and the feature is not there yet: using it is refused by this sentence's subject. */
  readonly unavailable?: string;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

type OptionValue<Spec extends OptionSpec> = Spec extends { kind: 'flag' }
  ? boolean | undefined
  : Spec extends { kind: 'number' }
    ? number | undefined
    : Spec extends { kind: 'list' }
      ? readonly string[] | undefined
      : string | undefined;

export type ParsedOptions<Table extends OptionTable> = { readonly [Key in keyof Table]: OptionValue<Table[Key]> };

export interface CommandRun<Table extends OptionTable> {
  readonly options: ParsedOptions<Table>;
  readonly operands: readonly string[];
  readonly context: CommandContext;
}

export interface Command<Table extends OptionTable = OptionTable> {
  readonly options: Table;
  /** Names of what may follow without a dash, e.g. `['NAME']`; the first stands in for `--name`. */
  readonly operands?: readonly string[];
  readonly examples?: readonly string[];
  /** Subject of a feature that is not there yet: the words are understood, help and reference say so, and so does `run`. */
  readonly unavailable?: string;
  readonly run: (run: CommandRun<Table>) => Promise<void>;
}

/** Keeps the literal types of the table, so that `options.minScale` is a number in `run`. */
export function defineCommand<const Table extends OptionTable>(command: Command<Table>): Command<Table> {
  return command;
}
