/** What may be stated of calls to an app, beyond the schema: pure rules, each with its fix. */
import type { AppMeshPrototype } from '@slipway/spec';
import { namedProblem } from '../name-rule.ts';
import type { FieldProblem } from '../refuse.ts';

/** A caller need not exist yet: who makes the called app first closes it from its first moment on. */
export function meshProblem({ callers = [] }: AppMeshPrototype): FieldProblem | undefined {
  for (const [at, name] of callers.entries()) {
    const field = `callers[${at}]`;
    const named = namedProblem('app', name);
    if (named) return { ...named, field };
    if (callers.indexOf(name) !== at) {
      return { field, value: name, rule: 'it is named twice', fix: 'Name each app once' };
    }
  }
  return undefined;
}
