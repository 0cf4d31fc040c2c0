/** Which log lines are shown: by a pattern, and by how serious a line says it is. Pure, but for what it remembers of a stream. */
import type { LogLine } from '@slipway/spec';
import type { OptionSpec } from './command.ts';
import { UsageFault } from './usage-fault.ts';

/** From the least serious on. */
const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

export const FILTER_OPTIONS = {
  grep: { names: ['--grep'], kind: 'value', summary: 'only lines that this regular expression finds something in' },
  level: { names: ['--level'], kind: 'value', summary: 'only lines as serious as this, or more', values: LOG_LEVELS },
} as const satisfies Record<string, OptionSpec>;

export interface LogFilterOptions {
  readonly grep?: string | undefined;
  readonly level?: string | undefined;
}

export function createLogFilter({ grep, level }: LogFilterOptions): (line: LogLine) => boolean {
  const pattern = grep === undefined ? undefined : compile(grep);
  const least = LOG_LEVELS.findIndex((one) => one === level);
  /** Of the last line that said so: what is indented below it, a stack for instance, belongs to it. */
  const levels = new Map<string, LogLevel>();
  return ({ instance, text }) => {
    const said = levelOf(text);
    const isContinued = said === undefined && /^\s/.test(text);
    const own = said ?? (isContinued ? levels.get(instance) : undefined) ?? 'info';
    levels.set(instance, own);
    return LOG_LEVELS.indexOf(own) >= least && (pattern?.test(text) ?? true);
  };
}

function compile(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (error) {
    const rule = error instanceof Error ? error.message.replace(/^.*: /, '') : 'it is no regular expression';
    throw new UsageFault(`Cannot use --grep "${text}": ${rule}`, [
      String.raw`A character that means something takes a \ before it`,
    ]);
  }
}

const WORDS: readonly (readonly [RegExp, LogLevel])[] = [
  [/^(trace|debug|verbose)$/i, 'debug'],
  [/^(info|notice|log)$/i, 'info'],
  [/^warn(ing)?$/i, 'warn'],
  [/^(err(or)?|fatal|crit(ical)?|panic|emerg|alert|severe)$/i, 'error'],
];
/** Where a line says how serious it is, if it does. */
const HEAD_LENGTH = 120;
const WORD =
  /(?:^|[\s[(|<"=])(trace|debug|verbose|info|notice|warn(?:ing)?|err(?:or)?|fatal|crit(?:ical)?|panic|severe)(?=$|[\s\])|>":,])/i;

/** Of JSON with a `level` or `severity` (a word, or a number as pino writes it), of klog's first letter, or of the first such word. */
export function levelOf(text: string): LogLevel | undefined {
  if (text.startsWith('{')) {
    const [, word, number] = /"(?:level|severity|lvl)"\s*:\s*(?:"(\w+)"|(\d+))/i.exec(text) ?? [];
    if (number !== undefined) return byNumber(Number(number));
    return word === undefined ? undefined : byWord(word);
  }
  const klog = /^([IWEF])\d{4} \d\d:/.exec(text)?.[1];
  if (klog !== undefined) return ({ I: 'info', W: 'warn', E: 'error', F: 'error' } as const)[klog as 'I'];
  const word = WORD.exec(text.slice(0, HEAD_LENGTH))?.[1];
  return word === undefined ? undefined : byWord(word);
}

function byWord(word: string): LogLevel | undefined {
  return WORDS.find(([pattern]) => pattern.test(word))?.[1];
}

function byNumber(level: number): LogLevel {
  if (level < 30) return 'debug';
  if (level < 40) return 'info';
  return level < 50 ? 'warn' : 'error';
}
