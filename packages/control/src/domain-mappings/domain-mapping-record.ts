/** A domain mapping as it is stored. */
import type { ComponentRef, DOMAIN_MAPPING_REASONS } from '@slipway/spec';
import { notFound } from '../refuse.ts';
import type { ResourceKey, Store, StoredResource } from '../store.ts';

export interface DomainMappingSpec {
  readonly component: ComponentRef;
  readonly tlsSecret: string;
  /** Another project had the domain when this was stored last. */
  readonly isClaimed: boolean;
}

/** Empty until the first look. */
export interface DomainMappingStatus {
  readonly reason?: (typeof DOMAIN_MAPPING_REASONS)[number];
  /** What is wrong, for the owner. */
  readonly message?: string;
}

export interface DomainMappingRecord extends StoredResource {
  readonly spec: DomainMappingSpec;
  readonly status: DomainMappingStatus;
}

export function domainMappingKey(projectId: string, name: string): ResourceKey {
  return { kind: 'domain_mapping', projectId, name };
}

export function domainMappingFrom(stored: StoredResource): DomainMappingRecord {
  return { ...stored, spec: stored.spec as DomainMappingSpec, status: stored.status as DomainMappingStatus };
}

export async function requireDomainMapping(
  store: Store,
  projectId: string,
  name: string,
): Promise<DomainMappingRecord> {
  const stored = await store.get(domainMappingKey(projectId, name));
  if (!stored) throw notFound('domain mapping', name);
  return domainMappingFrom(stored);
}
