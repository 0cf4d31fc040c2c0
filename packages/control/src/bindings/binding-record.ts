/** A binding as it is stored. Its name is its id; its owner is the component, so that they go together. */
import type { ComponentRef } from '@slipway/spec';
import type { ResourceReference } from '../references/resource-reference.ts';
import { notFound } from '../refuse.ts';
import type { ResourceKey, Store, StoredResource } from '../store.ts';
import { walkStore } from '../walk-store.ts';

/** What a revision of an app knows of a binding. */
export interface AppBinding {
  /** Stands before the name of each credential's variable. */
  readonly prefix: string;
  readonly secretName: string;
}

export interface BindingSpec extends AppBinding {
  readonly component: ComponentRef;
}

export interface BindingRecord extends StoredResource {
  readonly spec: BindingSpec;
}

export function bindingKey(projectId: string, id: string): ResourceKey {
  return { kind: 'binding', projectId, name: id };
}

export function bindingOwner({ resource_type: type, name }: ComponentRef): string {
  return `${type}/${name}`;
}

export function bindingFrom(stored: StoredResource): BindingRecord {
  return { ...stored, spec: stored.spec as BindingSpec };
}

/** The secrets that must be there for the bindings. */
export function bindingReferences(bindings: readonly AppBinding[] = []): readonly ResourceReference[] {
  return bindings.map(({ secretName: name }) => ({
    kind: 'secret',
    name,
    format: 'service_access',
    field: 'secret_name',
  }));
}

export async function requireBinding(store: Store, projectId: string, id: string): Promise<BindingRecord> {
  const stored = await store.get(bindingKey(projectId, id));
  if (!stored) throw notFound('binding', id);
  return bindingFrom(stored);
}

/** For the end of a component. The secrets stay: their owner made them, and nobody could make them again. */
export async function removeBindingsOf(store: Store, projectId: string, component: ComponentRef): Promise<void> {
  const owner = bindingOwner(component);
  for await (const binding of walkStore(store, { kind: 'binding', projectId, owner })) await store.delete(binding);
}
