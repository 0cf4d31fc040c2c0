/**
 * Allowed outbound destination: a range of addresses, or a private path, that instances may reach. One shape for both
 * types: which fields belong to which is a rule of `control`. Source: API v2 model AllowedOutboundDestination.
 */
import { Type, type Static } from '../json-schema.ts';
import { listOf, Timestamp, words } from './schema.ts';

export const OUTBOUND_TYPES = ['cidr_block', 'private_path_service_gateway'] as const;
export const OUTBOUND_STATUSES = ['ready', 'failed', 'deploying'] as const;
export const ISOLATION_POLICIES = ['shared', 'dedicated'] as const;
export const PRIVATE_PATH_REASONS = [
  'ready',
  'private_path_crn_invalid',
  'private_path_not_in_same_region',
  'private_path_not_in_same_account_family',
  'private_path_not_found',
  'private_path_not_published',
  'private_path_connection_already_exists',
  'private_path_connection_approval_denied',
  'private_path_connection_approval_pending',
  'deploying',
  'failed',
] as const;

export const AllowedOutboundDestination = Type.Object({
  name: Type.Optional(Type.String()),
  type: words(OUTBOUND_TYPES),
  entity_tag: Type.Optional(Type.String()),
  project_id: Type.Optional(Type.String()),
  cidr_block: Type.Optional(Type.String()),
  private_path_service_gateway_crn: Type.Optional(Type.String()),
  isolation_policy: Type.Optional(words(ISOLATION_POLICIES)),
  status: Type.Optional(words(OUTBOUND_STATUSES)),
  status_details: Type.Optional(
    Type.Object({
      endpoint_gateway: Type.Optional(
        Type.Object({
          account_id: Type.Optional(Type.String()),
          created_at: Type.Optional(Timestamp),
          ips: Type.Optional(Type.Array(Type.String())),
          name: Type.Optional(Type.String()),
        }),
      ),
      private_path_service_gateway: Type.Optional(
        Type.Object({
          id: Type.Optional(Type.String()),
          name: Type.Optional(Type.String()),
          service_endpoints: Type.Optional(Type.Array(Type.String())),
        }),
      ),
      reason: Type.Optional(words(PRIVATE_PATH_REASONS)),
    }),
  ),
});
export type AllowedOutboundDestination = Static<typeof AllowedOutboundDestination>;
export const AllowedOutboundDestinationList = listOf('allowed_outbound_destinations', AllowedOutboundDestination);
export type AllowedOutboundDestinationList = Static<typeof AllowedOutboundDestinationList>;

const settings = {
  cidr_block: Type.Optional(Type.String({ minLength: 1, maxLength: 18 })),
  isolation_policy: Type.Optional(words(ISOLATION_POLICIES)),
};

export const AllowedOutboundDestinationPrototype = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 63 }),
    type: words(OUTBOUND_TYPES),
    ...settings,
    private_path_service_gateway_crn: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
  },
  { additionalProperties: false },
);
export type AllowedOutboundDestinationPrototype = Static<typeof AllowedOutboundDestinationPrototype>;

export const AllowedOutboundDestinationPatch = Type.Object(
  { type: Type.Optional(words(OUTBOUND_TYPES, { description: 'The type it has; it is kept for life' })), ...settings },
  { additionalProperties: false },
);
export type AllowedOutboundDestinationPatch = Static<typeof AllowedOutboundDestinationPatch>;
