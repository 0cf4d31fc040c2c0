/**
 * From settings to the variables of an instance. Full references come first, the later one wins; single variables, be
 * they literal or of one key, win over all of them. A key that cannot be the name of a variable is left out of a full
 * reference, as Kubernetes does. Pure. Source: Code Engine "Working with environment variables".
 */
import type { Data } from '../data-rules.ts';
import type { EnvSetting } from './env-setting.ts';
import { isEnvName } from './environment-rules.ts';

export type Environment = Readonly<Record<string, string>>;

/** The data of a config map or a secret that a variable names; it is there, as was checked before. */
export type DataOf = (variable: EnvSetting) => Data;

export function resolveEnvironment(variables: readonly EnvSetting[], dataOf: DataOf): Environment {
  const full: (readonly [string, string])[] = [];
  const single: (readonly [string, string])[] = [];
  for (const variable of variables) {
    const { type, name, value = '', key = '', prefix = '' } = variable;
    if (type === 'literal') single.push([name ?? '', value]);
    else if (isFullReference(type)) {
      const entries = Object.entries(dataOf(variable)).map(([one, text]) => [prefix + one, text] as const);
      full.push(...entries.filter(([one]) => isEnvName(one)));
    } else single.push([name ?? key, dataOf(variable)[key] ?? '']);
  }
  return Object.fromEntries([...full, ...single]);
}

export function isFullReference(type: EnvSetting['type']): boolean {
  return type === 'config_map_full_reference' || type === 'secret_full_reference';
}
