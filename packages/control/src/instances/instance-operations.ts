/** Instances and their log lines: nothing of them is stored, the engine is asked. */
import type { AppInstanceList, LogLine } from '@slipway/spec';
import type { LogQuery } from '@slipway/engine';
import { requireApp } from '../apps/app-record.ts';
import { appHref } from '../apps/app-view.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { pageInMemory, pageOf, readPageRequest } from '../paging.ts';
import { requireProject } from '../projects/project-record.ts';
import { listRevisions } from '../revisions/revision-record.ts';
import { parseSince } from '../since.ts';
import { viewInstance } from './instance-view.ts';

export function instanceOperations(
  context: ControlContext,
): Pick<OperationHandlers, 'listAppInstances' | 'listAppLogs'> {
  return {
    listAppInstances: (call) => listAppInstances(context, call),
    listAppLogs: (call) => listAppLogs(context, call),
  };
}

async function listAppInstances(
  context: ControlContext,
  { params, query }: Call<'listAppInstances'>,
): Promise<AppInstanceList> {
  const { engine, facts, store } = context;
  const project = await requireProject(store, params.project_id);
  const app = await requireApp(store, project.id, params.app_name);
  const request = readPageRequest(query);
  const observed = await engine.observeApp({ projectId: project.id, appName: app.name });
  const revisions = await listRevisions(store, app);
  const settings = new Map(revisions.map((revision) => [revision.name, revision.spec.settings]));
  const href = appHref(project.id, app.name, facts);
  const place = { projectId: project.id, region: facts.region, appName: app.name, appHref: href };
  const { items, ...page } = pageOf(
    pageInMemory(observed?.instances ?? [], request, (instance) => instance.instanceName),
    {
      limit: request.limit,
      href: `${href}/instances`,
      keyOf: (instance) => instance.instanceName,
      toItem: (instance) =>
        viewInstance(instance, { ...place, settings: settings.get(instance.revisionName) ?? app.spec.settings }),
    },
  );
  return { instances: items, ...page };
}

/** The lines come as the reader takes them: nothing is gathered here, so a slow reader slows only itself. */
async function listAppLogs(
  context: ControlContext,
  { params, query, signal }: Call<'listAppLogs'>,
): Promise<AsyncIterable<LogLine>> {
  const { clock, engine, store } = context;
  const project = await requireProject(store, params.project_id);
  const app = await requireApp(store, project.id, params.app_name);
  const asked: LogQuery = {
    projectId: project.id,
    appName: app.name,
    follow: query.follow ?? false,
    ...(query.tail !== undefined && { tail: query.tail }),
    ...(query.instance !== undefined && { instanceName: query.instance }),
    ...(query.revision !== undefined && { revisionName: query.revision }),
    ...(query.since !== undefined && { since: parseSince(query.since, clock.now()) }),
  };
  return viewLines(engine.readLogs(asked, signal));
}

async function* viewLines(entries: ReturnType<ControlContext['engine']['readLogs']>): AsyncGenerator<LogLine> {
  for await (const { at, instanceName, stream, text } of entries) yield { at, instance: instanceName, stream, text };
}
