/**
 * Whose a domain is: the project's that named it first on this platform, until it gives it up. The store knows no such
 * rule, so whoever decides takes its turn; and nobody is told who has it.
 */
import { changeSpec } from '../change-spec.ts';
import type { ControlContext } from '../control-context.ts';
import type { ResourceKey, Store } from '../store.ts';
import { walkStore } from '../walk-store.ts';
import { domainMappingFrom, type DomainMappingRecord, type DomainMappingSpec } from './domain-mapping-record.ts';

export const DOMAIN_TURN = 'domain_mappings';

/** Another project has the domain. */
export async function isDomainTaken(store: Store, { name, projectId }: Pick<ResourceKey, 'name' | 'projectId'>) {
  for await (const other of walkStore(store, { kind: 'domain_mapping' })) {
    const isSameDomain = other.name === name && other.projectId !== projectId;
    if (isSameDomain && !domainMappingFrom(other).spec.isClaimed) return true;
  }
  return false;
}

/** Whoever came second takes a domain that was given up; what is there now comes back. */
export async function takeFreedDomain(
  context: ControlContext,
  mapping: DomainMappingRecord,
): Promise<DomainMappingRecord> {
  if (!mapping.spec.isClaimed) return mapping;
  return context.turns.take(DOMAIN_TURN, async () => {
    if (await isDomainTaken(context.store, mapping)) return mapping;
    const changed = await changeSpec<DomainMappingSpec>(context.store, mapping, {
      ifMatch: '*',
      decide: (stored) => ({ ...domainMappingFrom(stored).spec, isClaimed: false }),
    });
    return changed ? domainMappingFrom(changed) : mapping;
  });
}

/** After a domain was given up. */
export async function activateClaimants({ activate, store }: ControlContext, name: string): Promise<void> {
  for await (const other of walkStore(store, { kind: 'domain_mapping' })) {
    if (other.name === name) activate({ kind: 'domain_mapping', projectId: other.projectId, name });
  }
}
