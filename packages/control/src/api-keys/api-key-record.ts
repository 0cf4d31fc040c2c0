/**
 * An API key as it is stored: its SHA-256 and never itself. A plain digest is enough, and a slow one would only cost
 * every request, because a key is 258 bits of randomness: there is no dictionary to try.
 */
import { createHash } from 'node:crypto';
import { PLATFORM_SCOPE } from '../members/member-record.ts';
import type { ResourceKey, StoredResource } from '../store.ts';

/** Tells a leaked key from any other random text. */
export const API_KEY_PREFIX = 'slk_';
/** Of 36 letters and digits each: 258 bits. */
const API_KEY_RANDOM_LENGTH = 50;

export interface ApiKeySpec {
  readonly name: string;
  readonly description?: string;
  /** SHA-256 of the key, hex. */
  readonly digest: string;
  readonly expiresAt?: string;
}

export interface ApiKeyStatus {
  readonly lastUsedAt?: string;
}

/** Its `owner` is the user whose rights it has. */
export interface ApiKeyRecord extends StoredResource {
  readonly spec: ApiKeySpec;
  readonly status: ApiKeyStatus;
}

export function apiKeyKey(id: string): ResourceKey {
  return { kind: 'api_key', projectId: PLATFORM_SCOPE, name: id };
}

export function apiKeyFrom(stored: StoredResource): ApiKeyRecord {
  return { ...stored, spec: stored.spec as ApiKeySpec, status: stored.status as ApiKeyStatus };
}

export function newApiKey(randomText: (length: number) => string): string {
  return API_KEY_PREFIX + randomText(API_KEY_RANDOM_LENGTH);
}

export function apiKeyDigest(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
