/**
 * Secret: values that are kept encrypted. The format says which keys the data must have; a generic one has any.
 * Source: API v2 models Secret, SecretData and its variants, ServiceAccessSecretProps, OperatorSecretProps.
 */
import { Type, type Static } from '../json-schema.ts';
import { identityFields, listOf, words } from './schema.ts';

export const SECRET_FORMATS = [
  'generic',
  'ssh_auth',
  'basic_auth',
  'hmac_auth',
  'tls',
  'service_access',
  'registry',
  'service_operator',
  'other',
] as const;
export type SecretFormat = (typeof SECRET_FORMATS)[number];

/** What a list can be narrowed to: in the order, and without the word, of the public API. */
export const LISTED_SECRET_FORMATS = [
  'generic',
  'ssh_auth',
  'registry',
  'basic_auth',
  'hmac_auth',
  'tls',
  'service_access',
  'service_operator',
] as const;

export const SECRET_RESOURCE_TYPES = [
  'secret_v2',
  'secret_auth_ssh_v2',
  'secret_basic_auth_v2',
  'secret_generic_v2',
  'secret_operator_v2',
  'secret_other_v2',
  'secret_registry_v2',
  'secret_service_access_v2',
  'secret_tls_v2',
  'secret_hmac_auth_v2',
] as const;

const Reference = { crn: Type.Optional(Type.String()), name: Type.Optional(Type.String()) };
const ServiceId = Type.Object({ crn: Type.Optional(Type.String()), id: Type.Optional(Type.String()) });
const ById = Type.Object({ id: Type.Optional(Type.String({ maxLength: 253 })) }, { additionalProperties: false });

const ServiceAccess = Type.Object({
  resource_key: Type.Optional(Type.Object({ id: Type.Optional(Type.String()), name: Type.Optional(Type.String()) })),
  role: Type.Optional(Type.Object(Reference)),
  service_instance: Type.Object({ id: Type.Optional(Type.String()), type: Type.Optional(Type.String()) }),
  serviceid: Type.Optional(ServiceId),
});

const ServiceOperator = Type.Object({
  apikey_id: Type.String(),
  resource_group_ids: Type.Array(Type.String()),
  serviceid: ServiceId,
  user_managed: Type.Boolean(),
});

export const Secret = Type.Object({
  ...identityFields,
  name: Type.String(),
  data: Type.Optional(Type.Record(Type.String(), { 'x-sensitive': true })),
  entity_tag: Type.String(),
  format: words(SECRET_FORMATS),
  generated_by: Type.Optional(words(['user', 'system'])),
  resource_type: Type.Optional(words(SECRET_RESOURCE_TYPES)),
  service_access: Type.Optional(ServiceAccess),
  service_operator: Type.Optional(ServiceOperator),
});
export type Secret = Static<typeof Secret>;
export const SecretList = listOf('secrets', Secret);
export type SecretList = Static<typeof SecretList>;

const Value = Type.Optional(Type.String({ 'x-sensitive': true }));

/** The keys of all formats; those of a generic secret are free. */
const SecretData = Type.Unsafe<Record<string, string>>({
  ...Type.Object({
    username: Value,
    password: Value,
    access_key_id: Value,
    secret_access_key: Value,
    server: Value,
    email: Value,
    ssh_key: Value,
    known_hosts: Value,
    tls_cert: Value,
    tls_key: Value,
  }),
  additionalProperties: Type.String({ 'x-sensitive': true }),
  'x-sensitive': true,
});

const ServiceAccessPrototype = Type.Object(
  {
    resource_key: Type.Optional(ById),
    role: Type.Optional(
      Type.Object({ crn: Type.Optional(Type.String({ maxLength: 253 })) }, { additionalProperties: false }),
    ),
    service_instance: ById,
    serviceid: Type.Optional(ServiceId),
  },
  { additionalProperties: false },
);

const ServiceOperatorPrototype = Type.Object(
  {
    resource_group_ids: Type.Optional(Type.Array(Type.String({ maxLength: 253 }), { maxItems: 100 })),
    serviceid: Type.Optional(ById),
  },
  { additionalProperties: false },
);

export const SecretPrototype = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 253 }),
    format: words(SECRET_FORMATS),
    data: Type.Optional(SecretData),
    service_access: Type.Optional(ServiceAccessPrototype),
    service_operator: Type.Optional(ServiceOperatorPrototype),
  },
  { additionalProperties: false, 'x-sensitive': true },
);
export type SecretPrototype = Static<typeof SecretPrototype>;

export const SecretReplacement = Type.Object(
  { format: words(SECRET_FORMATS), data: Type.Optional(SecretData) },
  { additionalProperties: false, 'x-sensitive': true },
);
export type SecretReplacement = Static<typeof SecretReplacement>;
