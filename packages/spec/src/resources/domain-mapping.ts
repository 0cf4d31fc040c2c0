/** Domain mapping: a domain of the owner that leads to an app or a function. Source: API v2 model DomainMapping. */
import { Type, type Static } from '../json-schema.ts';
import { CertificateFailure } from './certificate-failure.ts';
import { identityFields, listOf, words } from './schema.ts';
import { ComponentRef, ComponentRefPrototype } from './shared.ts';

export const DOMAIN_MAPPING_STATUSES = ['ready', 'failed', 'deploying'] as const;
export const DOMAIN_MAPPING_REASONS = [
  'ready',
  'domain_already_claimed',
  'app_ref_failed',
  'failed_reconcile_ingress',
  'deploying',
  'failed',
] as const;

export const DomainMapping = Type.Object({
  ...identityFields,
  name: Type.String(),
  entity_tag: Type.String(),
  cname_target: Type.Optional(Type.String()),
  component: ComponentRef,
  resource_type: Type.Optional(words(['domain_mapping_v2'])),
  status: Type.Optional(words(DOMAIN_MAPPING_STATUSES)),
  status_details: Type.Optional(
    Type.Object({
      reason: Type.Optional(words(DOMAIN_MAPPING_REASONS)),
      certificate_failure: Type.Optional(CertificateFailure),
    }),
  ),
  tls_secret: Type.String(),
  user_managed: Type.Optional(Type.Boolean()),
  visibility: Type.Optional(words(['custom', 'private', 'project', 'public'])),
});
export type DomainMapping = Static<typeof DomainMapping>;
export const DomainMappingList = listOf('domain_mappings', DomainMapping);
export type DomainMappingList = Static<typeof DomainMappingList>;

const SecretName = Type.String({ minLength: 1, maxLength: 253 });

export const DomainMappingPrototype = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 253 }),
    component: ComponentRefPrototype,
    tls_secret: SecretName,
  },
  { additionalProperties: false },
);
export type DomainMappingPrototype = Static<typeof DomainMappingPrototype>;

export const DomainMappingPatch = Type.Object(
  { component: Type.Optional(ComponentRefPrototype), tls_secret: Type.Optional(SecretName) },
  { additionalProperties: false },
);
export type DomainMappingPatch = Static<typeof DomainMappingPatch>;
