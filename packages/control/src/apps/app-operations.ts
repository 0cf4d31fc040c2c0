/** Operations on apps: they check, write what is wanted, and leave the rest to reconcile. */
import { PROJECT_QUOTAS, Refusal, type App, type AppPatch } from '@slipway/spec';
import { removeBindingsOf } from '../bindings/binding-record.ts';
import { changeSpec, requireIfMatch } from '../change-spec.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { formatImageReference, parseImageReference } from '../image-reference.ts';
import { mergePatch } from '../merge-patch.ts';
import { pageOf, readPageRequest } from '../paging.ts';
import { insertInProject, requireOpenProject, requireProject, type ProjectRecord } from '../projects/project-record.ts';
import { projectHref } from '../projects/project-view.ts';
import { requireReferences } from '../references/check-references.ts';
import { referencesOf } from '../references/resource-reference.ts';
import { invalidField, notFound, refuseProblem } from '../refuse.ts';
import { newResourceId } from '../resource-id.ts';
import { ensureLatestRevision } from '../revisions/ensure-revision.ts';
import { revisionFrom, revisionKey, revisionNameFor, type RevisionRecord } from '../revisions/revision-record.ts';
import { requireVolumeRoom } from '../volumes/project-volumes.ts';
import { appFrom, appKey, requireApp, type AppRecord, type AppSpec } from './app-record.ts';
import { appNameProblem, appSettingsProblem } from './app-rules.ts';
import { completeAppSettings, type AppSettings } from './app-settings.ts';
import { decideUpdate } from './app-update.ts';
import { viewApp } from './app-view.ts';

type AppOperations = 'listApps' | 'createApp' | 'getApp' | 'updateApp' | 'deleteApp';

export function appOperations(context: ControlContext): Pick<OperationHandlers, AppOperations> {
  return {
    listApps: (call) => listApps(context, call),
    createApp: (call) => createApp(context, call),
    getApp: async ({ params }) => {
      const project = await requireProject(context.store, params.project_id);
      return showApp(context, project, await requireApp(context.store, params.project_id, params.name));
    },
    updateApp: (call) => updateApp(context, call),
    deleteApp: (call) => deleteApp(context, call),
  };
}

async function listApps(context: ControlContext, { params, query }: Call<'listApps'>) {
  const { facts, store } = context;
  const project = await requireProject(store, params.project_id);
  const { limit, after } = readPageRequest(query);
  const rows = await store.list({
    kind: 'app',
    projectId: project.id,
    limit: limit + 1,
    ...(after !== undefined && { after: { projectId: project.id, name: after } }),
  });
  const { items, ...page } = pageOf(rows, {
    limit,
    href: `${projectHref(project.id, facts)}/apps`,
    keyOf: (row) => row.name,
    toItem: appFrom,
  });
  return { apps: await Promise.all(items.map((app) => showApp(context, project, app))), ...page };
}

async function createApp(context: ControlContext, { params, query, body }: Call<'createApp'>): Promise<App> {
  const { store } = context;
  const project = await requireOpenProject(store, params.project_id);
  const { name, ...given } = body;
  refuseProblem(appNameProblem(name));
  const settings = checkedSettings(context, project, given);
  if (await store.get({ kind: 'function', projectId: project.id, name })) {
    const rule = 'a function of this name has the address of the app';
    throw invalidField({ field: 'name', value: name, rule, fix: 'Choose another name' });
  }
  await requireReferences(store, project.id, { wanted: referencesOf(settings), force: query.force });
  await requireVolumeRoom(context, project.id, { mounts: settings.run_volume_mounts });
  const used = await store.count({ kind: 'app', projectId: project.id });
  if (used >= PROJECT_QUOTAS.apps) {
    throw new Refusal('quota_exceeded', { kind: 'app', name, quota: 'apps', limit: PROJECT_QUOTAS.apps, used });
  }
  const spec: AppSpec = { settings, revisionNumber: 1, imageCheck: 0 };
  const id = newResourceId(context.randomText);
  const draft = { ...appKey(project.id, name), id, owner: '', spec, status: { imageCheck: 0 } };
  const inserted = await insertInProject(store, draft);
  if (!inserted) throw new Refusal('name_taken', { kind: 'app', name });
  return showChangedApp(context, project, appFrom(inserted));
}

async function updateApp(context: ControlContext, call: Call<'updateApp'>): Promise<App> {
  const { params, query, body, ifMatch } = call;
  const { store } = context;
  const project = await requireOpenProject(store, params.project_id);
  const key = appKey(project.id, params.name);
  const { settings: before } = (await requireApp(store, project.id, params.name)).spec;
  const wanted = checkedSettings(context, project, mergePatch(before, body) as AppPatch);
  await requireReferences(store, project.id, { wanted: referencesOf(wanted), force: query.force });
  await requireVolumeRoom(context, project.id, { mounts: wanted.run_volume_mounts });
  const changed = await changeSpec<AppSpec>(store, key, {
    ifMatch: requireIfMatch(ifMatch, key),
    decide: (stored) => {
      const { spec } = appFrom(stored);
      if (spec.deletedAt !== undefined) throw notFound('app', params.name);
      const merged = mergePatch(spec.settings, body) as AppPatch;
      const settings = checkedSettings(context, project, merged);
      return decideUpdate(spec, { settings, namesImage: body.image_reference !== undefined });
    },
  });
  if (!changed) throw notFound('app', params.name);
  return showChangedApp(context, project, appFrom(changed));
}

/** The app is found until everything of it is gone; then asking for it is refused with 404. */
async function deleteApp(context: ControlContext, { params }: Call<'deleteApp'>): Promise<object> {
  const { store } = context;
  const project = await requireProject(store, params.project_id);
  const key = appKey(project.id, params.name);
  const deletedAt = context.clock.now().toISOString();
  const changed = await changeSpec<AppSpec>(store, key, {
    ifMatch: '*',
    decide: (stored) => {
      const { spec } = appFrom(stored);
      return spec.deletedAt === undefined ? { ...spec, deletedAt } : undefined;
    },
  });
  if (!changed) throw notFound('app', params.name);
  await removeBindingsOf(store, project.id, { resource_type: 'app_v2', name: params.name });
  context.activate({ kind: 'app', projectId: project.id, name: params.name });
  return {};
}

function checkedSettings(context: ControlContext, project: ProjectRecord, given: AppPatch): AppSettings {
  const { image_reference: written = '' } = given;
  const image = parseImageReference(written);
  const settings = completeAppSettings({
    ...given,
    image_reference: image ? formatImageReference(image) : written,
  });
  const { registry } = context.facts;
  refuseProblem(appSettingsProblem(settings, { registry, subdomain: project.spec.subdomain }));
  return settings;
}

async function showChangedApp(context: ControlContext, project: ProjectRecord, app: AppRecord): Promise<App> {
  await ensureLatestRevision(context, app);
  context.activate({ kind: 'app', projectId: project.id, name: app.name });
  return showApp(context, project, app);
}

async function showApp(context: ControlContext, project: ProjectRecord, app: AppRecord): Promise<App> {
  const { engine, facts, store } = context;
  const names = new Set([revisionNameFor(app.name, app.spec.revisionNumber)]);
  if (app.status.latestReadyRevision !== undefined) names.add(app.status.latestReadyRevision);
  const revisions: RevisionRecord[] = [];
  for (const name of names) {
    const stored = await store.get(revisionKey(project.id, name));
    if (stored) revisions.push(revisionFrom(stored));
  }
  const seen = await engine.observeApp({ projectId: project.id, appName: app.name });
  return viewApp({ project, app, revisions, seen }, facts);
}
