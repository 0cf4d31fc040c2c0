/** A function as it is stored. */
import { notFound } from '../refuse.ts';
import type { ResourceKey, Store, StoredResource } from '../store.ts';
import type { FunctionSettings } from './function-settings.ts';

export interface FunctionSpec {
  readonly settings: FunctionSettings;
}

export interface FunctionRecord extends StoredResource {
  readonly spec: FunctionSpec;
}

export function functionKey(projectId: string, name: string): ResourceKey {
  return { kind: 'function', projectId, name };
}

export function functionFrom(stored: StoredResource): FunctionRecord {
  return { ...stored, spec: stored.spec as FunctionSpec };
}

export async function requireFunction(store: Store, projectId: string, name: string): Promise<FunctionRecord> {
  const stored = await store.get(functionKey(projectId, name));
  if (!stored) throw notFound('function', name);
  return functionFrom(stored);
}
