/**
 * A secret as it is stored. Its values are sealed and bound to its id; the names of its keys are not secret, so that
 * references to them can be checked without opening anything. Nothing has to be reconciled.
 */
import type { Secret, SecretFormat } from '@slipway/spec';
import type { Data } from '../data-rules.ts';
import { notFound } from '../refuse.ts';
import type { SealedText, SecretBox } from '../secret-box.ts';
import type { ResourceKey, Store, StoredResource } from '../store.ts';

export interface SecretSpec {
  readonly format: SecretFormat;
  readonly keys: readonly string[];
  readonly sealed: SealedText;
  readonly serviceAccess?: NonNullable<Secret['service_access']>;
}

export interface SecretRecord extends StoredResource {
  readonly spec: SecretSpec;
}

export function secretKey(projectId: string, name: string): ResourceKey {
  return { kind: 'secret', projectId, name };
}

export function secretFrom(stored: StoredResource): SecretRecord {
  return { ...stored, spec: stored.spec as SecretSpec };
}

export async function findSecret(store: Store, projectId: string, name: string): Promise<SecretRecord | undefined> {
  const stored = await store.get(secretKey(projectId, name));
  return stored && secretFrom(stored);
}

export async function requireSecret(store: Store, projectId: string, name: string): Promise<SecretRecord> {
  const secret = await findSecret(store, projectId, name);
  if (!secret) throw notFound('secret', name);
  return secret;
}

export function sealData(box: SecretBox, id: string, data: Data): Pick<SecretSpec, 'keys' | 'sealed'> {
  return { keys: Object.keys(data), sealed: box.seal(JSON.stringify(data), placeOf(id)) };
}

export function openData(box: SecretBox, secret: SecretRecord): Data {
  return JSON.parse(box.open(secret.spec.sealed, placeOf(secret.id))) as Data;
}

/** Undefined when it is sealed with the active key already. */
export function resealSpec(box: SecretBox, id: string, spec: unknown): SecretSpec | undefined {
  const { sealed, ...others } = spec as SecretSpec;
  if (sealed.keyId === box.activeKeyId) return undefined;
  return { ...others, sealed: box.seal(box.open(sealed, placeOf(id)), placeOf(id)) };
}

function placeOf(id: string): string {
  return `secret/${id}`;
}
