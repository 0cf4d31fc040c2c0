/**
 * A stored allowed outbound destination in the shape of the API. No engine keeps to them yet, and instances reach every
 * public address: a destination is `deploying`, not in effect.
 */
import type { AllowedOutboundDestination } from '@slipway/spec';
import type { AllowedOutboundDestinationRecord } from './allowed-outbound-destination-record.ts';

export function viewAllowedOutboundDestination(
  destination: AllowedOutboundDestinationRecord,
): AllowedOutboundDestination {
  const { spec } = destination;
  return {
    ...spec,
    name: destination.name,
    project_id: destination.projectId,
    entity_tag: destination.entityTag,
    status: 'deploying',
    ...(spec.type === 'private_path_service_gateway' && { status_details: { reason: 'deploying' } }),
  };
}
