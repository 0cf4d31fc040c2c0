/** Changes as text: one line for each resource, or each of its fields as in a unified diff. Values of secrets are never in it. Pure. */
import { styleText } from 'node:util';
import { stringify } from 'yaml';
import type { Result } from './carry-out.ts';
import type { FieldChange } from './compare-fields.ts';
import { labelOf } from './declared-resource.ts';
import type { Change, ChangeAction } from './plan-changes.ts';

const MARKS: Readonly<Record<ChangeAction, string>> = {
  create: '+',
  update: '~',
  replace: '±',
  delete: '-',
  unchanged: ' ',
};
const WILL: Readonly<Record<ChangeAction, string>> = {
  create: 'is created',
  update: 'is changed',
  replace: 'is deleted and made anew',
  delete: 'is deleted',
  unchanged: 'stays',
};
/** A value of many lines: the first of them tell enough. */
const VALUE_LINES_MAX = 40;

export interface Paint {
  readonly hasColor: boolean;
}

export function renderDiff(changes: readonly Change[], paint: Paint): string {
  const differing = changes.filter(({ action }) => action !== 'unchanged');
  return differing.map((change) => renderChange(change, paint)).join('');
}

function renderChange(change: Change, paint: Paint): string {
  const { action, fields } = change;
  const head = color(paint, 'bold', `${MARKS[action]} ${labelOf(change)} ${WILL[action]}`);
  return [head, ...fields.flatMap((field) => fieldLines(field, paint))].map((line) => `${line}\n`).join('');
}

function fieldLines(change: FieldChange, paint: Paint): readonly string[] {
  const { field, before, after, isSecret, note } = change;
  const minus = before === undefined ? [] : valueLines(field, isSecret === true ? '(secret)' : before, '-');
  const shown = note === undefined ? after : `(${note})`;
  const plus = shown === undefined ? [] : valueLines(field, isSecret === true ? '(secret)' : shown, '+');
  return [...minus.map((line) => color(paint, 'red', line)), ...plus.map((line) => color(paint, 'green', line))];
}

function valueLines(field: string, value: unknown, mark: '+' | '-'): readonly string[] {
  const lines = stringify({ [field]: value }, { lineWidth: 0 })
    .trimEnd()
    .split('\n');
  const more = lines.length - VALUE_LINES_MAX;
  const shown = more > 0 ? [...lines.slice(0, VALUE_LINES_MAX), `  … ${more} lines more`] : lines;
  return shown.map((line) => `${mark}   ${printableLine(line)}`);
}

/** What a value holds must not move the cursor of who looks at it. */
function printableLine(line: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is replaced
  return line.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '�');
}

function color({ hasColor }: Paint, style: 'bold' | 'green' | 'red', text: string): string {
  return hasColor ? styleText(style, text, { validateStream: false }) : text;
}

/** `created app "web"`. */
export function renderResult({ change, state }: Pick<Result, 'change' | 'state'>): string {
  return `${state} ${labelOf(change)}\n`;
}

/** `2 created, 1 unchanged`. */
export function renderSummary(states: readonly string[]): string {
  const counts = Map.groupBy(states, (state) => state);
  return states.length === 0
    ? 'nothing is declared'
    : [...counts].map(([state, all]) => `${all.length} ${state}`).join(', ');
}

/** For `--output json`. */
export function changeDocument(change: Change): object {
  const { action, kind, name, fields } = change;
  return {
    kind,
    name,
    action,
    fields: fields.map(({ field, before, after, isSecret, note }) => {
      const values = isSecret === true ? {} : { before, after };
      return { field, ...values, ...(note !== undefined && { note }) };
    }),
  };
}
