/** An applied set as it is stored: true as soon as it is stored, nothing is reconciled. */
import type { AppliedResource } from '@slipway/spec';
import type { ResourceKey, StoredResource } from '../store.ts';

export interface AppliedSetSpec {
  readonly resources: readonly AppliedResource[];
}

export interface AppliedSetRecord extends StoredResource {
  readonly spec: AppliedSetSpec;
}

export function appliedSetKey(projectId: string, name: string): ResourceKey {
  return { kind: 'applied_set', projectId, name };
}

export function appliedSetFrom(stored: StoredResource): AppliedSetRecord {
  return { ...stored, spec: stored.spec as AppliedSetSpec };
}
