/** Options that many commands share, written once; spellings and defaults are those of the public command line. */
import type { OptionSpec, OptionTable } from './command.ts';

export const NAME = {
  names: ['--name', '-n'],
  kind: 'value',
  summary: 'name',
  required: true,
} as const satisfies OptionSpec;
export const QUIET = {
  names: ['--quiet', '-q'],
  kind: 'flag',
  summary: 'print errors only',
  default: 'false',
} as const satisfies OptionSpec;
export const FORCE_DELETE = {
  names: ['--force', '-f', '--yes', '-y'],
  kind: 'flag',
  summary: 'do not ask; needed where there is no terminal to ask on',
  default: 'false',
} as const satisfies OptionSpec;
export const IGNORE_NOT_FOUND = {
  names: ['--ignore-not-found', '--inf'],
  kind: 'flag',
  summary: 'it is no error when it does not exist',
  default: 'false',
} as const satisfies OptionSpec;
export const SORT_BY = {
  names: ['--sort-by', '-s'],
  kind: 'value',
  summary: 'order',
  values: ['name', 'age'],
  default: 'name',
} as const satisfies OptionSpec;

export function waitOptions(isDefault: boolean, seconds = 600) {
  return {
    wait: { names: ['--wait', '-w'], kind: 'flag', summary: 'wait for the end', default: String(isDefault) },
    noWait: { names: ['--no-wait', '--nw'], kind: 'flag', summary: 'do not wait', default: String(!isDefault) },
    waitTimeout: {
      names: ['--wait-timeout', '--wto'],
      kind: 'number',
      summary: 'seconds to wait',
      default: String(seconds),
    },
  } as const satisfies Record<string, OptionSpec>;
}

/** `--no-wait` wins over `--wait`. */
export function shouldWait(
  options: { readonly wait?: boolean | undefined; readonly noWait?: boolean | undefined },
  isDefault: boolean,
): boolean {
  if (options.noWait === true) return false;
  return options.wait ?? (options.noWait === false ? true : isDefault);
}

export const WAIT_SECONDS_DEFAULT = 600;

/** None when it is not to be waited for. */
export function waitSecondsOf(
  options: Parameters<typeof shouldWait>[0] & { readonly waitTimeout?: number | undefined },
  isDefault: boolean,
): number {
  return shouldWait(options, isDefault) ? (options.waitTimeout ?? WAIT_SECONDS_DEFAULT) : 0;
}

/** `--sort-by name|age`; age: the newest first. */
export function sortItems<Item extends { readonly name?: string; readonly created_at?: string }>(
  items: readonly Item[],
  by: string | undefined,
): readonly Item[] {
  if (by === 'age') return items.toSorted((a, b) => (b.created_at ?? '').localeCompare(a.created_at ?? ''));
  return items.toSorted((a, b) => (a.name ?? '').localeCompare(b.name ?? ''));
}

/** A table in which help shows what holds when an option is not given. */
export function withDefaults<const Table extends OptionTable>(
  table: Table,
  defaults: { readonly [Key in keyof Table]?: string | number },
): Table {
  const entries = Object.entries(table).map(([key, spec]) => {
    const value = defaults[key];
    return [key, value === undefined ? spec : { ...spec, default: String(value) }] as const;
  });
  return Object.fromEntries(entries) as unknown as Table;
}
