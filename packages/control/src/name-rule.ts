/** The rule of a name as a refusal shows it: the same for every noun. */
import { NAME_RULES, nameProblem, type NamedKind } from '@slipway/spec';
import type { FieldProblem } from './refuse.ts';

export function namedProblem(kind: NamedKind, name: string): FieldProblem | undefined {
  const rule = nameProblem(kind, name);
  return rule === undefined
    ? undefined
    : { field: 'name', value: name, rule, fix: `Take a name like "${NAME_RULES[kind].example}"` };
}
