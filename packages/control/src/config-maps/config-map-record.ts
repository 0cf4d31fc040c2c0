/** A config map as it is stored. Nothing has to be reconciled: it is true as soon as it is stored. */
import type { Data } from '../data-rules.ts';
import { notFound } from '../refuse.ts';
import type { ResourceKey, Store, StoredResource } from '../store.ts';

export interface ConfigMapSpec {
  readonly data: Data;
}

export interface ConfigMapRecord extends StoredResource {
  readonly spec: ConfigMapSpec;
}

export function configMapKey(projectId: string, name: string): ResourceKey {
  return { kind: 'config_map', projectId, name };
}

export function configMapFrom(stored: StoredResource): ConfigMapRecord {
  return { ...stored, spec: stored.spec as ConfigMapSpec };
}

export async function requireConfigMap(store: Store, projectId: string, name: string): Promise<ConfigMapRecord> {
  const stored = await store.get(configMapKey(projectId, name));
  if (!stored) throw notFound('config map', name);
  return configMapFrom(stored);
}
