/**
 * The end of a project, and the way back: deleting stops everything at once and keeps it for a time, in which restoring
 * brings it back as declared. What is wanted is written here; reconcile does the rest.
 */
import { Refusal, type Project, type Reclamation } from '@slipway/spec';
import { changeSpec } from '../change-spec.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { pageInMemory, pageOf, readPageRequest } from '../paging.ts';
import { notFound } from '../refuse.ts';
import { walkStore } from '../walk-store.ts';
import { activateContent } from './project-content.ts';
import { findProject, projectFrom, projectKey, type ProjectRecord, type ProjectSpec } from './project-record.ts';
import { viewProject, viewReclamation } from './project-view.ts';

type ReclamationOperations = 'deleteProject' | 'restoreProject' | 'listReclamations' | 'getReclamation';

export function reclamationOperations(context: ControlContext): Pick<OperationHandlers, ReclamationOperations> {
  const { clock, facts, store } = context;
  return {
    deleteProject: (call) => deleteProject(context, call),
    restoreProject: (call) => restoreProject(context, call),
    listReclamations: async ({ query }) => {
      const { items, ...page } = await listReclamations(context, query);
      return { reclamations: items, ...page };
    },
    getReclamation: async ({ params }) => {
      const project = await findProject(store, params.id);
      const reclamation = project && viewReclamation(project, facts, clock.now());
      if (!reclamation) throw notFound('reclamation', params.id);
      return reclamation;
    },
  };
}

async function deleteProject(context: ControlContext, { params, query }: Call<'deleteProject'>): Promise<object> {
  const now = context.clock.now();
  const at = now.toISOString();
  const until = new Date(now.getTime() + context.projectRetentionMs).toISOString();
  await changeLife(context, params.id, (spec) => {
    if (spec.deletedAt !== undefined) return undefined;
    if (query.hard === true) return { ...spec, deletedAt: at };
    return spec.softDeleted ? undefined : { ...spec, softDeleted: { at, until } };
  });
  return {};
}

/** Restoring what is not deleted changes nothing, so that it may be repeated. */
async function restoreProject(context: ControlContext, { params }: Call<'restoreProject'>): Promise<Project> {
  const restored = await changeLife(context, params.id, (spec) => {
    if (spec.deletedAt !== undefined) throw new Refusal('project_not_empty', { name: spec.name });
    const { softDeleted, ...rest } = spec;
    return softDeleted && rest;
  });
  await activateContent(context, restored.id);
  return viewProject(restored, context.facts, context.clock.now());
}

async function changeLife(
  context: ControlContext,
  projectId: string,
  decide: (spec: ProjectSpec) => ProjectSpec | undefined,
): Promise<ProjectRecord> {
  const changed = await changeSpec<ProjectSpec>(context.store, projectKey(projectId), {
    ifMatch: '*',
    decide: (stored) => decide(projectFrom(stored).spec),
  });
  if (!changed) throw notFound('project', projectId);
  context.activate({ kind: 'project', projectId, name: projectId });
  return projectFrom(changed);
}

async function listReclamations(context: ControlContext, query: Call<'listReclamations'>['query']) {
  const { clock, facts, store } = context;
  const all: Reclamation[] = [];
  for await (const stored of walkStore(store, { kind: 'project' })) {
    const reclamation = viewReclamation(projectFrom(stored), facts, clock.now());
    if (reclamation) all.push(reclamation);
  }
  const request = readPageRequest(query);
  const keyOf = (one: Reclamation) => one.id;
  return pageOf(pageInMemory(all, request, keyOf), {
    limit: request.limit,
    href: `${facts.apiBaseUrl}/reclamations`,
    keyOf,
    toItem: (one) => one,
  });
}
