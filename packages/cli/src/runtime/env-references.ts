/**
 * Variables that come from config maps and secrets, as the public command line writes them: `NAME` takes all keys,
 * `PREFIX=NAME` puts a prefix before each, `NAME:KEY_A,NEW=KEY_B` takes single keys under their own or a new name. Pure.
 */
import type { EnvVarPrototype } from '@slipway/spec';
import { UsageFault } from '../usage-fault.ts';

type Kind = 'config_map' | 'secret';
type Reference = EnvVarPrototype & { readonly type: NonNullable<EnvVarPrototype['type']> };

export interface ReferenceOptions {
  readonly envFromConfigmap?: readonly string[] | undefined;
  readonly envFromSecret?: readonly string[] | undefined;
  readonly envFromConfigmapRm?: readonly string[] | undefined;
  readonly envFromSecretRm?: readonly string[] | undefined;
}

export function referencesFrom(options: ReferenceOptions): readonly Reference[] {
  return [
    ...(options.envFromConfigmap ?? []).flatMap((text) => parseReference('config_map', text)),
    ...(options.envFromSecret ?? []).flatMap((text) => parseReference('secret', text)),
  ];
}

export function parseReference(kind: Kind, text: string): readonly Reference[] {
  const colon = text.indexOf(':');
  if (colon < 0) return [fullReference(kind, text)];
  const reference = text.slice(0, colon);
  const keys = text.slice(colon + 1).split(',');
  return keys.map((written) => {
    const [name = '', key = name, ...rest] = written.split('=');
    if (reference === '' || name === '' || key === '' || rest.length > 0) throw malformed(kind, text);
    return { type: `${kind}_key_reference`, reference, key, name };
  });
}

function fullReference(kind: Kind, text: string): Reference {
  const [first = '', second, ...rest] = text.split('=');
  const reference = second ?? first;
  if (reference === '' || rest.length > 0) throw malformed(kind, text);
  const type = `${kind}_full_reference` as const;
  return second === undefined || first === '' ? { type, reference } : { type, reference, prefix: first };
}

function malformed(kind: Kind, text: string): UsageFault {
  const option = kind === 'secret' ? '--env-from-secret' : '--env-from-configmap';
  return new UsageFault(`Cannot use ${option} "${text}": it takes NAME, PREFIX=NAME or NAME:KEY_A,NEW=KEY_B`);
}

/** True when the options say anything about references. */
export function changesReferences(options: ReferenceOptions): boolean {
  const { envFromConfigmap, envFromSecret, envFromConfigmapRm, envFromSecretRm } = options;
  return [envFromConfigmap, envFromSecret, envFromConfigmapRm, envFromSecretRm].some((list) => list !== undefined);
}

/** Drops first, then sets: a reference replaces the same one, and a single key the variable of its name. */
export function mergeReferences(current: readonly EnvVarPrototype[], options: ReferenceOptions): EnvVarPrototype[] {
  let kept = current;
  for (const name of options.envFromConfigmapRm ?? []) kept = without(kept, 'config_map', name);
  for (const name of options.envFromSecretRm ?? []) kept = without(kept, 'secret', name);
  const set = referencesFrom(options);
  const isReplaced = (variable: EnvVarPrototype) => set.some((reference) => takesPlaceOf(reference, variable));
  return [...kept.filter((variable) => !isReplaced(variable)), ...set];
}

function without(variables: readonly EnvVarPrototype[], kind: Kind, name: string): readonly EnvVarPrototype[] {
  const kept = variables.filter(({ type = '', reference }) => !type.startsWith(`${kind}_`) || reference !== name);
  if (kept.length < variables.length) return kept;
  const noun = kind === 'secret' ? 'secret' : 'configmap';
  throw new UsageFault(`Cannot drop the variables of ${noun} "${name}": it takes none from there`);
}

function takesPlaceOf(reference: Reference, variable: EnvVarPrototype): boolean {
  if (reference.name !== undefined) return (variable.name ?? variable.key) === reference.name;
  const isSame = variable.type === reference.type && variable.reference === reference.reference;
  return isSame && (variable.prefix ?? '') === (reference.prefix ?? '');
}
