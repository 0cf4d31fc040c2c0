/**
 * The one way a stored spec changes. Specs are written by requests (what is wanted), statuses by reconcile alone (what
 * is): so neither overwrites the other, and the entity tag a caller holds changes only when what is wanted changes.
 */
import { Refusal } from '@slipway/spec';
import type { ResourceKey, Store, StoredResource } from './store.ts';

/** Tries against other writers, when the caller does not insist on a tag. */
const TRIES_MAX = 8;

export interface SpecChange<Spec> {
  /** Undefined leaves the resource as it is. Throws Refusal for what cannot be. */
  readonly decide: (current: StoredResource) => Spec | undefined;
  /** `*` accepts whatever is stored; otherwise the tag must match. */
  readonly ifMatch: string;
}

/** Undefined when the resource does not exist. */
export async function changeSpec<Spec>(
  store: Store,
  key: ResourceKey,
  change: SpecChange<Spec>,
): Promise<StoredResource | undefined> {
  const wantedTag = change.ifMatch.replace(/^(?:W\/)?"(.*)"$/, '$1');
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const current = await store.get(key);
    if (!current) return undefined;
    if (wantedTag !== '*' && current.entityTag !== wantedTag) break;
    const spec = change.decide(current);
    if (spec === undefined) return current;
    const written = await store.update(key, current.entityTag, { spec });
    if (written) return written;
  }
  throw new Refusal('entity_tag_mismatch', { kind: key.kind, name: key.name });
}

/** The If-Match header of an operation that needs one. */
export function requireIfMatch(ifMatch: string | undefined, key: ResourceKey): string {
  if (ifMatch === undefined || ifMatch === '') {
    throw new Refusal('entity_tag_missing', { kind: key.kind, name: key.name });
  }
  return ifMatch;
}
