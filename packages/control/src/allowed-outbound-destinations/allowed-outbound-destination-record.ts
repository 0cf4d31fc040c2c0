/** An allowed outbound destination as it is stored: a range of addresses or a private path. */
import type { ISOLATION_POLICIES } from '@slipway/spec';
import { notFound } from '../refuse.ts';
import type { ResourceKey, Store, StoredResource } from '../store.ts';

export type AllowedOutboundDestinationSpec =
  | { readonly type: 'cidr_block'; readonly cidr_block: string }
  | {
      readonly type: 'private_path_service_gateway';
      readonly private_path_service_gateway_crn: string;
      readonly isolation_policy: (typeof ISOLATION_POLICIES)[number];
    };

export interface AllowedOutboundDestinationRecord extends StoredResource {
  readonly spec: AllowedOutboundDestinationSpec;
}

export function allowedOutboundDestinationKey(projectId: string, name: string): ResourceKey {
  return { kind: 'allowed_outbound_destination', projectId, name };
}

export function allowedOutboundDestinationFrom(stored: StoredResource): AllowedOutboundDestinationRecord {
  return { ...stored, spec: stored.spec as AllowedOutboundDestinationSpec };
}

export async function requireAllowedOutboundDestination(
  store: Store,
  projectId: string,
  name: string,
): Promise<AllowedOutboundDestinationRecord> {
  const stored = await store.get(allowedOutboundDestinationKey(projectId, name));
  if (!stored) throw notFound('allowed outbound destination', name);
  return allowedOutboundDestinationFrom(stored);
}
