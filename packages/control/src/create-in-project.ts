/** Stores a new resource of a project, if its quota and its name are free: the same for every noun. */
import { PROJECT_QUOTAS, Refusal } from '@slipway/spec';
import type { ControlContext } from './control-context.ts';
import { insertInProject } from './projects/project-record.ts';
import { newResourceId } from './resource-id.ts';
import type { ResourceKey, StoredResource } from './store.ts';

export interface NewResource {
  readonly key: ResourceKey;
  readonly quota: keyof typeof PROJECT_QUOTAS;
  /** Given where the id is the name as well. */
  readonly id?: string;
  readonly owner?: string;
  /** The quota counts the resources of this owner alone. */
  readonly quotaOwner?: string;
  /** The spec may need the id, because what is sealed is bound to it. */
  readonly specFor: (id: string) => unknown;
  readonly status?: unknown;
}

export async function createInProject(context: ControlContext, wanted: NewResource): Promise<StoredResource> {
  const { key, quota } = wanted;
  await requireQuota(context, key, { quota, owner: wanted.quotaOwner });
  const id = wanted.id ?? newResourceId(context.randomText);
  const draft = { ...key, id, owner: wanted.owner ?? '', spec: wanted.specFor(id), status: wanted.status ?? {} };
  const inserted = await insertInProject(context.store, draft);
  if (!inserted) throw new Refusal('name_taken', { kind: wordsOf(key.kind), name: key.name });
  return inserted;
}

export async function requireQuota(
  { store }: Pick<ControlContext, 'store'>,
  { kind, projectId, name }: ResourceKey,
  { quota, owner }: { readonly quota: keyof typeof PROJECT_QUOTAS; readonly owner?: string | undefined },
): Promise<void> {
  const limit = PROJECT_QUOTAS[quota];
  const used = await store.count({ kind, projectId, ...(owner !== undefined && { owner }) });
  if (used >= limit) throw new Refusal('quota_exceeded', { kind: wordsOf(kind), name, quota, limit, used });
}

/** `config_map` → `config map`. */
export function wordsOf(kind: string): string {
  return kind.replaceAll('_', ' ');
}
