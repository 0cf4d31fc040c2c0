/** Operations on revisions. They are made by changing the app; only inactive ones can be deleted. */
import { Refusal } from '@slipway/spec';
import { requireApp } from '../apps/app-record.ts';
import { appHref } from '../apps/app-view.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { pageOf, readPageRequest } from '../paging.ts';
import { requireProject } from '../projects/project-record.ts';
import { notFound } from '../refuse.ts';
import { revisionFrom, revisionKey, type RevisionRecord } from './revision-record.ts';
import { revisionsInUse } from './revision-retention.ts';
import { viewRevision } from './revision-view.ts';

type RevisionOperations = 'listAppRevisions' | 'getAppRevision' | 'deleteAppRevision';

export function revisionOperations(context: ControlContext): Pick<OperationHandlers, RevisionOperations> {
  return {
    listAppRevisions: (call) => listAppRevisions(context, call),
    getAppRevision: async ({ params }) => {
      const { project, revision } = await requireRevision(context, params);
      const observed = await context.engine.observeApp({ projectId: project.id, appName: revision.owner });
      const seen = observed?.revisions.find((candidate) => candidate.revisionName === revision.name);
      return viewRevision({ project, revision, seen }, context.facts);
    },
    deleteAppRevision: async ({ params }) => {
      const { app, revision } = await requireRevision(context, params);
      if (revisionsInUse(app).has(revision.name)) {
        throw new Refusal('revision_in_use', { name: revision.name, app: app.name });
      }
      await context.store.delete(revision);
      return {};
    },
  };
}

async function listAppRevisions(context: ControlContext, { params, query }: Call<'listAppRevisions'>) {
  const { engine, facts, store } = context;
  const project = await requireProject(store, params.project_id);
  const app = await requireApp(store, project.id, params.app_name);
  const { limit, after } = readPageRequest(query);
  const rows = await store.list({
    kind: 'app_revision',
    projectId: project.id,
    owner: app.name,
    limit: limit + 1,
    ...(after !== undefined && { after: { projectId: project.id, name: after } }),
  });
  const observed = await engine.observeApp({ projectId: project.id, appName: app.name });
  const { items, ...page } = pageOf(rows, {
    limit,
    href: `${appHref(project.id, app.name, facts)}/revisions`,
    keyOf: (row) => row.name,
    toItem: (row) => {
      const seen = observed?.revisions.find((candidate) => candidate.revisionName === row.name);
      return viewRevision({ project, revision: revisionFrom(row), seen }, facts);
    },
  });
  return { revisions: items, ...page };
}

async function requireRevision(context: ControlContext, params: Call<'getAppRevision'>['params']) {
  const project = await requireProject(context.store, params.project_id);
  const app = await requireApp(context.store, project.id, params.app_name);
  const stored = await context.store.get(revisionKey(project.id, params.name));
  if (!stored || stored.owner !== app.name) throw notFound('app revision', params.name);
  const revision: RevisionRecord = revisionFrom(stored);
  return { project, app, revision };
}
