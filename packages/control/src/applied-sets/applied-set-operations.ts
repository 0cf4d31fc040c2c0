/**
 * Operations on applied sets: the memory of declarations. What is said here is not compared with what exists: whoever
 * declares looks at the resources themselves, and takes from here only which of them are its own.
 */
import { APPLIED_SET_LIMITS, type AppliedSet } from '@slipway/spec';
import { changeSpec } from '../change-spec.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { listInProject } from '../list-in-project.ts';
import { namedProblem } from '../name-rule.ts';
import { insertInProject, requireOpenProject, requireProject } from '../projects/project-record.ts';
import { invalidField, notFound, refuseProblem } from '../refuse.ts';
import { newResourceId } from '../resource-id.ts';
import type { ResourceKey, StoredResource } from '../store.ts';
import { appliedSetFrom, appliedSetKey, type AppliedSetSpec } from './applied-set-record.ts';
import { viewAppliedSet } from './applied-set-view.ts';

type AppliedSetOperations = 'listAppliedSets' | 'replaceAppliedSet' | 'deleteAppliedSet';

export function appliedSetOperations(context: ControlContext): Pick<OperationHandlers, AppliedSetOperations> {
  const { facts, store } = context;
  return {
    listAppliedSets: async ({ params, query }) => {
      const { items, ...page } = await listInProject(context, {
        kind: 'applied_set',
        projectId: params.project_id,
        query,
        path: 'applied_sets',
        toItem: (row) => viewAppliedSet(appliedSetFrom(row), facts),
      });
      return { applied_sets: items, ...page };
    },
    replaceAppliedSet: (call) => replaceAppliedSet(context, call),
    deleteAppliedSet: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      if (!(await store.delete(appliedSetKey(project.id, params.name)))) throw notFound('applied set', params.name);
      return {};
    },
  };
}

async function replaceAppliedSet(context: ControlContext, call: Call<'replaceAppliedSet'>): Promise<AppliedSet> {
  const { params, body } = call;
  const project = await requireOpenProject(context.store, params.project_id);
  refuseProblem(namedProblem('applied_set', params.name));
  const key = appliedSetKey(project.id, params.name);
  const spec: AppliedSetSpec = { resources: body.resources };
  // Counting and inserting take turns, so that two first times never pass the limit.
  const stored = await context.turns.take(`${project.id}/applied_set`, async () => {
    const changed = await changeSpec<AppliedSetSpec>(context.store, key, { ifMatch: '*', decide: () => spec });
    return changed ?? (await insertSet(context, key, spec));
  });
  return viewAppliedSet(appliedSetFrom(stored), context.facts);
}

async function insertSet(context: ControlContext, key: ResourceKey, spec: AppliedSetSpec): Promise<StoredResource> {
  const count = await context.store.count({ kind: 'applied_set', projectId: key.projectId });
  if (count >= APPLIED_SET_LIMITS.setsMax) {
    throw invalidField({
      field: 'name',
      value: key.name,
      rule: `a project has ${APPLIED_SET_LIMITS.setsMax} applied sets at most`,
      fix: 'Delete one, or apply to one that exists',
    });
  }
  const id = newResourceId(context.randomText);
  const inserted = await insertInProject(context.store, { ...key, id, owner: '', spec, status: {} });
  if (!inserted) throw new Error(`Cannot insert applied set ${key.name}: it appeared although its turn was taken`);
  return inserted;
}
