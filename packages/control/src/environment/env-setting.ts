/** One line of an environment as it is stored: complete, but with references left to resolve. */
import type { EnvVarPrototype } from '@slipway/spec';

export interface EnvSetting extends EnvVarPrototype {
  readonly type: NonNullable<EnvVarPrototype['type']>;
}

/**
 * A literal with a value is that value: the public API takes the fields of references beside it and makes nothing of them,
 * and clients that fill in every field of the model depend on it. Without a value they are more likely a mistyped reference.
 */
export function completeEnv(variable: EnvVarPrototype): EnvSetting {
  const { type = 'literal', name, value } = variable;
  if (type !== 'literal' || value === undefined) return { ...variable, type };
  return { type, value, ...(name !== undefined && { name }) };
}
