/** A stored allowed outbound destination in the shape of the API. */
import { isClosedRange, outboundRulesFor } from '@slipway/engine';
import type { AllowedOutboundDestination } from '@slipway/spec';
import type { ControlContext } from '../control-context.ts';
import type { AllowedOutboundDestinationRecord } from './allowed-outbound-destination-record.ts';

/** A platform of one's own has no private paths: the service that is named is not found from here. */
const NO_PRIVATE_PATH = { status: 'failed', status_details: { reason: 'private_path_not_found' } } as const;

export function viewAllowedOutboundDestination(
  { facts, projectDeclarer }: Pick<ControlContext, 'facts' | 'projectDeclarer'>,
  destination: AllowedOutboundDestinationRecord,
): AllowedOutboundDestination {
  const { name, projectId, spec } = destination;
  const shown = { ...spec, name, project_id: projectId, entity_tag: destination.entityTag };
  if (spec.type === 'private_path_service_gateway') return { ...shown, ...NO_PRIVATE_PATH };
  const isClosed = !isReachable(spec.cidr_block, { projectId, ranges: facts.openRanges });
  const isTold = projectDeclarer.isDestinationTold(projectId, spec.cidr_block);
  return { ...shown, status: isClosed ? 'failed' : isTold ? 'ready' : 'deploying' };
}

/** Something of the range: it has public addresses, or the operator opened private ones of it for the project. */
export function isReachable(cidr: string, open: Parameters<typeof outboundRulesFor>[1]): boolean {
  return !isClosedRange(cidr) || outboundRulesFor([cidr], open).privateRanges.length > 0;
}
