/** Operations on apps: they check, write what is wanted, and leave the rest to reconcile. */
import type { App, AppPatch, Refusal } from '@slipway/spec';
import { removeBindingsOf } from '../bindings/binding-record.ts';
import { changeSpec, requireIfMatch } from '../change-spec.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { createInProject } from '../create-in-project.ts';
import { formatImageReference, parseImageReference } from '../image-reference.ts';
import { mergePatch } from '../merge-patch.ts';
import { pageOf, readPageRequest } from '../paging.ts';
import { requireOpenProject, requireProject, type ProjectRecord } from '../projects/project-record.ts';
import { projectHref } from '../projects/project-view.ts';
import { requireQuota, revisionRefusal } from '../quotas/quota-use.ts';
import { requireReferences } from '../references/check-references.ts';
import { referencesOf } from '../references/resource-reference.ts';
import { invalidField, notFound, refuseProblem } from '../refuse.ts';
import { ensureLatestRevision } from '../revisions/ensure-revision.ts';
import type { ResourceKey } from '../store.ts';
import { requireNoTag } from '../traffic/tag-conflicts.ts';
import { requireVolumeRoom } from '../volumes/project-volumes.ts';
import { appFrom, appKey, requireApp, type AppRecord, type AppSpec } from './app-record.ts';
import { appNameProblem, appSettingsProblem } from './app-rules.ts';
import { completeAppSettings, type AppSettings } from './app-settings.ts';
import { decideUpdate } from './app-update.ts';
import { showApp } from './show-app.ts';

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
  const spec: AppSpec = { settings, revisionNumber: 1, imageCheck: 0 };
  const key = appKey(project.id, name);
  return await inRevisionTurn(context, key, async (refusal) => {
    await requireNoTag(store, project.id, name);
    if (refusal) {
      // Who may have no more apps either is better told that.
      await requireQuota(context, key, 'apps');
      throw refusal;
    }
    const wanted = { key, quota: 'apps', specFor: () => spec, status: { imageCheck: 0 } } as const;
    return showChangedApp(context, project, appFrom(await createInProject(context, wanted)));
  });
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
  return await inRevisionTurn(context, key, async (refusal) => {
    const changed = await changeSpec<AppSpec>(store, key, {
      ifMatch: requireIfMatch(ifMatch, key),
      decide: (stored) => {
        const { spec } = appFrom(stored);
        if (spec.deletedAt !== undefined) throw notFound('app', params.name);
        const merged = mergePatch(spec.settings, body) as AppPatch;
        const settings = checkedSettings(context, project, merged);
        const next = decideUpdate(spec, { settings, namesImage: body.image_reference !== undefined });
        if (refusal && next && next.revisionNumber > spec.revisionNumber) throw refusal;
        return next;
      },
    });
    if (!changed) throw notFound('app', params.name);
    return showChangedApp(context, project, appFrom(changed));
  });
}

/** What may add a revision takes turns in its project; `work` gets the refusal that a new one would meet now. */
function inRevisionTurn<Value>(
  context: ControlContext,
  key: ResourceKey,
  work: (refusal: Refusal | undefined) => Promise<Value>,
): Promise<Value> {
  return context.turns.take(`${key.projectId}/revisions`, async () => work(await revisionRefusal(context, key)));
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
