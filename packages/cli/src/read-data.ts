/**
 * The data of a config map or a secret from what the command line names: literals, files, and files of `KEY=VALUE`
 * lines. A value is never shown, so a mistake is told by the option and the part before the `=`.
 */
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { OptionSpec } from './command.ts';
import { CommandFault, UsageFault } from './usage-fault.ts';

export const DATA_OPTIONS = {
  fromLiteral: { names: ['--from-literal', '-l'], kind: 'list', summary: 'KEY=VALUE' },
  fromFile: { names: ['--from-file', '-f'], kind: 'list', summary: '[KEY=]FILE; without KEY the name of the file' },
  fromEnvFile: { names: ['--from-env-file', '-e'], kind: 'list', summary: 'file with a KEY=VALUE on each line' },
} as const satisfies Record<string, OptionSpec>;

export interface DataChoice {
  readonly fromLiteral?: readonly string[] | undefined;
  readonly fromFile?: readonly string[] | undefined;
  readonly fromEnvFile?: readonly string[] | undefined;
}

export type Data = Readonly<Record<string, string>>;

/** Of two values for one key the later option wins: files of lines, then files, then literals. */
export async function readData(choice: DataChoice, cwd: string): Promise<Data> {
  const entries: (readonly [string, string])[] = [];
  for (const path of choice.fromEnvFile ?? []) entries.push(...parseEnvFile(path, await readText(cwd, path)));
  for (const text of choice.fromFile ?? []) {
    const [key, path] = splitFile(text);
    entries.push([key, await readText(cwd, path)]);
  }
  for (const text of choice.fromLiteral ?? []) entries.push(splitPair('--from-literal', text));
  return Object.fromEntries(entries);
}

export async function readText(cwd: string, path: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, path), 'utf8');
  } catch (error) {
    throw new CommandFault('failure', `Cannot read file "${path}"`, ['Name a file that you may read'], {
      cause: error,
    });
  }
}

/** Lines that are empty or begin with `#` are left out. */
export function parseEnvFile(path: string, text: string): readonly (readonly [string, string])[] {
  const lines = text.split(/\r?\n/).entries();
  return [...lines].flatMap(([at, line]) =>
    line.trim() === '' || line.startsWith('#') ? [] : [splitPair(`line ${at + 1} of ${path}`, line)],
  );
}

function splitPair(where: string, text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new UsageFault(`Cannot use ${where}: it must be KEY=VALUE`);
}

function splitFile(text: string): readonly [key: string, path: string] {
  const equals = text.indexOf('=');
  return equals > 0 ? [text.slice(0, equals), text.slice(equals + 1)] : [basename(text), text];
}

/** What is there, with what is set and without what is dropped. */
export function changeData(before: Data, change: { readonly set: Data; readonly drop: readonly string[] }): Data {
  const data = new Map(Object.entries(before));
  for (const key of change.drop) {
    if (!data.delete(key)) throw new UsageFault(`Cannot drop key "${key}": there is none of this name`);
  }
  for (const [key, value] of Object.entries(change.set)) data.set(key, value);
  return Object.fromEntries(data);
}
