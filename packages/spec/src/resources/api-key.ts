/** API keys: long-lived credentials with the rights of their owner. The key itself is shown once, when it is made. */
import { Type, type Static } from '../json-schema.ts';
import { listOf, Timestamp, words } from './schema.ts';

const apiKeyFields = {
  id: Type.String(),
  name: Type.String(),
  description: Type.Optional(Type.String()),
  /** The user whose rights the key has. */
  owner: Type.String(),
  created_at: Timestamp,
  expires_at: Type.Optional(Timestamp),
  last_used_at: Type.Optional(Type.String({ description: 'ISO 8601, UTC; written every few minutes at most' })),
  href: Type.String(),
  resource_type: words(['api_key_v2']),
};

export const ApiKey = Type.Object(apiKeyFields);
export type ApiKey = Static<typeof ApiKey>;
export const ApiKeyList = listOf('api_keys', ApiKey);
export type ApiKeyList = Static<typeof ApiKeyList>;

export const CreatedApiKey = Type.Object({
  ...apiKeyFields,
  apikey: Type.String({ description: 'The key itself; it is stored as a digest and cannot be shown again' }),
});
export type CreatedApiKey = Static<typeof CreatedApiKey>;

export const ApiKeyPrototype = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 128 }),
    description: Type.Optional(Type.String({ maxLength: 512 })),
    expires_at: Type.Optional(
      Type.String({ maxLength: 40, description: 'ISO 8601; without it the key is valid until it is deleted' }),
    ),
    owner: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: 'Another user; for Administrators of the platform' }),
    ),
  },
  { additionalProperties: false },
);
export type ApiKeyPrototype = Static<typeof ApiKeyPrototype>;
