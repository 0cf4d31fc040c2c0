/** Stores a new resource of a project, if its quota and its name are free: the same for every noun. */
import { Refusal } from '@slipway/spec';
import type { ControlContext } from './control-context.ts';
import { insertInProject } from './projects/project-record.ts';
import { requireQuota, type CountedQuota } from './quotas/quota-use.ts';
import { wordsOf } from './refuse.ts';
import { newResourceId } from './resource-id.ts';
import type { ResourceKey, StoredResource } from './store.ts';

export interface NewResource {
  readonly key: ResourceKey;
  readonly quota: CountedQuota;
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
  const inserted = await insertWithinQuota(context, wanted);
  if (inserted) return inserted;
  throw new Refusal('name_taken', { kind: wordsOf(wanted.key.kind), name: wanted.key.name });
}

/** Undefined when the name is taken. Counting and inserting take turns, so that two creations never pass the limit. */
export function insertWithinQuota(context: ControlContext, wanted: NewResource): Promise<StoredResource | undefined> {
  const { key, quota } = wanted;
  return context.turns.take(`${key.projectId}/${key.kind}`, async () => {
    await requireQuota(context, key, quota);
    const id = wanted.id ?? newResourceId(context.randomText);
    const draft = { ...key, id, owner: wanted.owner ?? '', spec: wanted.specFor(id), status: wanted.status ?? {} };
    return await insertInProject(context.store, draft);
  });
}
