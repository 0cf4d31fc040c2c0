/** The refusals that every noun needs, with their parameters in one form. */
import { Refusal } from '@slipway/spec';

/** Why a field cannot be accepted: what the rules of the nouns return. */
export interface FieldProblem {
  readonly field: string;
  readonly value: unknown;
  readonly rule: string;
  readonly fix: string;
}

const VALUE_LENGTH_MAX = 80;

export function invalidField(problem: FieldProblem): Refusal {
  const text = JSON.stringify(problem.value) ?? 'nothing';
  const value = text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text;
  return new Refusal('invalid_field', { field: problem.field, value, rule: problem.rule, fix: problem.fix });
}

export function refuseProblem(problem: FieldProblem | undefined): void {
  if (problem) throw invalidField(problem);
}

export function notFound(kind: string, name: string): Refusal {
  return new Refusal('resource_not_found', { kind, name });
}

/** `config_map` → `config map`. */
export function wordsOf(kind: string): string {
  return kind.replaceAll('_', ' ');
}
