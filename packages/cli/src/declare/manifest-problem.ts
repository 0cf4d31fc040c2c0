/** A mistake in a declaration: where it is, what stands there, the rule and the way out. */
import { CommandFault } from '../usage-fault.ts';

export interface ManifestProblem {
  readonly path: string;
  readonly line: number;
  /** `apps.web.scale_min_instances`; '' for the whole. */
  readonly field: string;
  /** As it stands there, absent for what is missing or may be a secret. */
  readonly value?: unknown;
  readonly rule: string;
  readonly fix?: string;
}

const PROBLEMS_SHOWN = 10;
const VALUE_LENGTH_MAX = 60;

export function manifestFault(problems: readonly ManifestProblem[]): CommandFault {
  const [first] = problems;
  if (!first) throw new Error('Cannot tell a mistake: there is none');
  if (problems.length === 1)
    return new CommandFault('usage', `Cannot use ${describe(first)}`, first.fix === undefined ? [] : [first.fix]);
  const more = problems.length - PROBLEMS_SHOWN;
  return new CommandFault('usage', `Cannot use the declaration: it has ${problems.length} mistakes`, [
    ...problems
      .slice(0, PROBLEMS_SHOWN)
      .map((problem) => `${describe(problem)}${problem.fix === undefined ? '' : `. ${problem.fix}`}`),
    ...(more > 0 ? [`and ${more} more`] : []),
  ]);
}

/** `slipway.yaml line 7: apps.web.scale_min_instances = "x": it takes a whole number`. */
function describe({ path, line, field, rule, ...problem }: ManifestProblem): string {
  const value = 'value' in problem ? ` = ${shorten(problem.value)}` : '';
  return `${path} line ${line}: ${field === '' ? '' : `${field}${value}: `}${rule}`;
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text;
}
