/** A stored API key in the shape of the API, without the key. */
import type { ApiKey } from '@slipway/spec';
import type { PlatformFacts } from '../control.ts';
import type { ApiKeyRecord } from './api-key-record.ts';

export function viewApiKey(key: ApiKeyRecord, facts: PlatformFacts): ApiKey {
  const { name, description, expiresAt } = key.spec;
  const { lastUsedAt } = key.status;
  return {
    id: key.id,
    name,
    ...(description !== undefined && { description }),
    owner: key.owner,
    created_at: key.createdAt,
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
    ...(lastUsedAt !== undefined && { last_used_at: lastUsedAt }),
    href: `${facts.apiBaseUrl}/api_keys/${key.id}`,
    resource_type: 'api_key_v2',
  };
}
