/**
 * Reads the words after a command by its option table: `--name v`, `--name=v`, `-n v`, `-nv`, `--wait=false`, and `--`
 * to end the options. A word after an option that takes a value is its value even when it begins with a dash, as with
 * `--argument -v`. Everything wrong is refused with what would be right.
 */
import type { OptionSpec, OptionTable } from './command.ts';
import { closestWord } from './closest-word.ts';
import { UsageFault } from './usage-fault.ts';

export interface ParsedWords {
  readonly options: Readonly<Record<string, boolean | number | string | readonly string[]>>;
  readonly operands: readonly string[];
}

type Values = Record<string, boolean | number | string | string[]>;

export function parseOptions(table: OptionTable, words: readonly string[], operandsMax: number): ParsedWords {
  const spellings = spellingsOf(table);
  const options: Values = {};
  const operands: string[] = [];
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') {
      operands.push(...queue.splice(0));
    } else if (word.startsWith('-') && word !== '-') {
      const { spelling, inline } = splitWord(word, spellings);
      const key = spellings.get(spelling);
      const spec = key === undefined ? undefined : table[key];
      if (key === undefined || !spec) throw unknownOption(spelling, [...spellings.keys()]);
      if (spec.unavailable !== undefined)
        throw new UsageFault(`${spec.unavailable} (${spelling}) is not available yet`);
      const value = inline ?? (spec.kind === 'flag' ? undefined : takeValue(spelling, queue));
      setOption(options, key, { spec, spelling, value });
    } else {
      operands.push(word);
    }
  }
  if (operands.length > operandsMax) {
    throw new UsageFault(
      `Cannot understand "${operands[operandsMax]}": the command takes ${countOperands(operandsMax)}`,
    );
  }
  return { options, operands };
}

function countOperands(count: number): string {
  if (count === 0) return 'options only';
  return count === 1 ? 'one name at most' : `${count} names at most`;
}

export function spellingsOf(table: OptionTable): ReadonlyMap<string, string> {
  return new Map(Object.entries(table).flatMap(([key, spec]) => spec.names.map((name) => [name, key] as const)));
}

function splitWord(
  word: string,
  spellings: ReadonlyMap<string, string>,
): { readonly spelling: string; readonly inline: string | undefined } {
  const equals = word.indexOf('=');
  if (equals > 0) return { spelling: word.slice(0, equals), inline: word.slice(equals + 1) };
  // `-n5` is `-n 5`, unless the whole word is a spelling by itself.
  const short = word.slice(0, 2);
  if (!word.startsWith('--') && word.length > 2 && !spellings.has(word) && spellings.has(short)) {
    return { spelling: short, inline: word.slice(2) };
  }
  return { spelling: word, inline: undefined };
}

function takeValue(spelling: string, queue: string[]): string {
  const value = queue.shift();
  if (value === undefined) throw new UsageFault(`Cannot use ${spelling}: it needs a value`);
  return value;
}

function unknownOption(spelling: string, known: readonly string[]): UsageFault {
  const close = closestWord(spelling, known);
  return new UsageFault(
    `Cannot understand the option "${spelling}"`,
    close === undefined ? [] : [`Did you mean ${close}?`],
  );
}

interface OptionUse {
  readonly spec: OptionSpec;
  readonly spelling: string;
  readonly value: string | undefined;
}

function setOption(options: Values, key: string, { spec, spelling, value }: OptionUse): void {
  const values: Values = options;
  switch (spec.kind) {
    case 'flag':
      values[key] = parseFlag(spelling, value);
      return;
    case 'list': {
      const list = values[key];
      values[key] = [...(Array.isArray(list) ? list : []), value ?? ''];
      return;
    }
    case 'number':
      values[key] = parseNumber(spelling, value ?? '');
      return;
    case 'value':
      values[key] = checkValue(spec, spelling, value ?? '');
  }
}

function parseFlag(spelling: string, value: string | undefined): boolean {
  if (value === undefined || value === 'true') return true;
  if (value === 'false') return false;
  throw new UsageFault(`Cannot use ${spelling}=${value}: it is true or false`);
}

function parseNumber(spelling: string, text: string): number {
  if (/^-?\d{1,9}$/.test(text)) return Number(text);
  throw new UsageFault(`Cannot use ${spelling} "${text}": it takes a whole number`);
}

function checkValue(spec: OptionSpec, spelling: string, value: string): string {
  if (spec.values && !spec.values.some((allowed) => matches(allowed, value))) {
    const close = closestWord(value, spec.values);
    throw new UsageFault(
      `Cannot use ${spelling} "${value}": allowed are ${spec.values.join(', ')}`,
      close === undefined ? [] : [`Did you mean ${close}?`],
    );
  }
  return value;
}

/** `jsonpath=JSONPATH_EXPRESSION` in a table stands for any expression. */
function matches(allowed: string, value: string): boolean {
  const [head, hole] = allowed.split('=');
  return hole === undefined ? allowed === value : value.startsWith(`${head}=`);
}
