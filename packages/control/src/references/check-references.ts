/**
 * Whether what settings name is there. Asked when a request brings the name and wants to know, so that a mistyped one is
 * refused at once, and again when the values are needed, because what was there may be gone.
 */
import { configMapFrom } from '../config-maps/config-map-record.ts';
import { wordsOf } from '../refuse.ts';
import { invalidField } from '../refuse.ts';
import { secretFrom } from '../secrets/secret-record.ts';
import type { Store, StoredResource } from '../store.ts';
import type { ResourceReference } from './resource-reference.ts';

/** Why a reference leads nowhere; undefined when it is good. */
export function brokenReference(reference: ResourceReference, found: StoredResource | undefined): string | undefined {
  const { kind, name, key, format } = reference;
  if (!found) return `there is no ${wordsOf(kind)} "${name}" in the project`;
  const has = describeContent(found);
  if (format !== undefined && has.format !== format) {
    return `secret "${name}" has format ${has.format}, needed is ${format}`;
  }
  if (key === undefined || has.keys.includes(key)) return undefined;
  return `${wordsOf(kind)} "${name}" has no key "${key}"`;
}

function describeContent(found: StoredResource): { readonly keys: readonly string[]; readonly format?: string } {
  if (found.kind === 'secret') return secretFrom(found).spec;
  return { keys: Object.keys(configMapFrom(found).spec.data) };
}

/** True when the reference becomes good by what may be created or filled in later; the format of a secret stays. */
function mayComeLater({ format }: ResourceReference, found: StoredResource | undefined): boolean {
  return !found || format === undefined || describeContent(found).format === format;
}

/** Refuses the first reference that leads nowhere: whoever changes something is told at once, not by what then waits. */
export async function requireReferences(
  store: Store,
  projectId: string,
  options: {
    readonly wanted: readonly ResourceReference[];
    /**
     * `false`: everything must be there. Not said: what is missing may come later, as in the public API. `true`: nothing
     * is looked at. `never`: everything must be there, and the caller has no say.
     */
    readonly force: boolean | undefined | 'never';
  },
): Promise<void> {
  if (options.force === true) return;
  for (const reference of options.wanted) {
    const { kind, name, field } = reference;
    const found = await store.get({ kind, projectId, name });
    const rule = brokenReference(reference, found);
    if (rule === undefined || (options.force === undefined && mayComeLater(reference, found))) continue;
    const fix =
      options.force === false ? 'Create it first, or say "force" when it is to come later' : 'Create it first';
    throw invalidField({ field, value: name, rule, fix });
  }
}
