/** Operations on allowed outbound destinations. */
import { P, Page, type Operation } from '../operation.ts';
import * as outbound from '../resources/allowed-outbound-destination.ts';
import { EmptyObject } from '../resources/platform.ts';

export const ALLOWED_OUTBOUND_DESTINATION_OPERATIONS = {
  listAllowedOutboundDestinations: {
    method: 'GET',
    path: `${P}/allowed_outbound_destinations`,
    access: 'view',
    summary: 'List allowed outbound destinations',
    query: Page,
    returns: outbound.AllowedOutboundDestinationList,
    status: 200,
  },
  createAllowedOutboundDestination: {
    method: 'POST',
    path: `${P}/allowed_outbound_destinations`,
    access: 'change',
    summary: 'Create an allowed outbound destination',
    body: outbound.AllowedOutboundDestinationPrototype,
    returns: outbound.AllowedOutboundDestination,
    status: 201,
  },
  getAllowedOutboundDestination: {
    method: 'GET',
    path: `${P}/allowed_outbound_destinations/{name}`,
    access: 'view',
    summary: 'Get an allowed outbound destination',
    returns: outbound.AllowedOutboundDestination,
    status: 200,
  },
  updateAllowedOutboundDestination: {
    method: 'PATCH',
    path: `${P}/allowed_outbound_destinations/{name}`,
    access: 'change',
    summary: 'Update an allowed outbound destination',
    body: outbound.AllowedOutboundDestinationPatch,
    bodyKind: 'merge-patch',
    ifMatch: true,
    returns: outbound.AllowedOutboundDestination,
    status: 200,
  },
  deleteAllowedOutboundDestination: {
    method: 'DELETE',
    path: `${P}/allowed_outbound_destinations/{name}`,
    access: 'change',
    summary: 'Delete an allowed outbound destination',
    returns: EmptyObject,
    status: 202,
  },
} as const satisfies Record<string, Operation>;
