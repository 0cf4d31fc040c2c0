/** One line of an environment as it is stored: complete, but with references left to resolve. */
import type { EnvVarPrototype } from '@slipway/spec';

export interface EnvSetting extends EnvVarPrototype {
  readonly type: NonNullable<EnvVarPrototype['type']>;
}

export function completeEnv(variable: EnvVarPrototype): EnvSetting {
  return { ...variable, type: variable.type ?? 'literal' };
}
