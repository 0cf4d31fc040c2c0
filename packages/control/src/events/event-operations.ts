/** What happened in a project, oldest first. The newest warning is the latest thing that went wrong. */
import type { Event, EventList } from '@slipway/spec';
import { requireApp } from '../apps/app-record.ts';
import { appHref } from '../apps/app-view.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { pageOf, readPageRequest, type PageQuery } from '../paging.ts';
import { requireProject } from '../projects/project-record.ts';
import { projectHref } from '../projects/project-view.ts';
import { invalidField } from '../refuse.ts';
import { parseSince } from '../since.ts';
import type { EventQuery, StoredEvent } from '../store.ts';
import type { EventContent } from './record-event.ts';

export function eventOperations(context: ControlContext): Pick<OperationHandlers, 'listAppEvents' | 'listEvents'> {
  const { facts, store } = context;
  return {
    listAppEvents: async ({ params, query }) => {
      const project = await requireProject(store, params.project_id);
      const app = await requireApp(store, project.id, params.app_name);
      const filter = { projectId: project.id, kind: 'app', name: app.name } as const;
      return listPage(context, { filter, page: query, href: `${appHref(project.id, app.name, facts)}/events` });
    },
    listEvents: (call) => listEvents(context, call),
  };
}

async function listEvents(context: ControlContext, { params, query }: Call<'listEvents'>): Promise<EventList> {
  const { clock, facts, store } = context;
  const { kind, name, since } = query;
  const project = await requireProject(store, params.project_id);
  if (name !== undefined && kind === undefined) {
    const rule = 'names are unique among things of one kind only';
    throw invalidField({ field: 'name', value: name, rule, fix: 'Give "kind" too, e.g. kind=app' });
  }
  const from = since === undefined ? undefined : parseSince(since, clock.now()).toISOString();
  const filter = {
    projectId: project.id,
    ...(kind !== undefined && { kind: kind === 'app_revision' ? 'app' : kind }),
    ...(name !== undefined && (kind === 'app_revision' ? { revisionName: name } : { name })),
    ...(from !== undefined && { since: from }),
  } as const;
  const asked = new URLSearchParams({
    ...(kind !== undefined && { kind }),
    ...(name !== undefined && { name }),
    // A span would begin later at the next page.
    ...(from !== undefined && { since: from }),
  });
  const href = `${projectHref(project.id, facts)}/events${asked.size > 0 ? `?${asked.toString()}` : ''}`;
  return listPage(context, { filter, page: query, href });
}

async function listPage(
  { store }: ControlContext,
  {
    filter,
    page: asked,
    href,
  }: { readonly filter: Omit<EventQuery, 'limit' | 'afterId'>; readonly page: PageQuery; readonly href: string },
): Promise<EventList> {
  const { limit, after } = readPageRequest(asked);
  const rows = await store.listEvents({ ...filter, limit: limit + 1, ...(after !== undefined && { afterId: after }) });
  const { items, ...page } = pageOf(rows, { limit, href, keyOf: (row) => row.id, toItem: viewEvent });
  return { events: items, ...page };
}

const NAME_OF = {
  app: (name: string) => ({ app_name: name }),
  build_run: (name: string) => ({ build_run_name: name }),
  domain_mapping: (name: string) => ({ domain_mapping_name: name }),
} as const satisfies Record<Event['kind'], unknown>;

function viewEvent(stored: StoredEvent): Event {
  const content = stored.content as EventContent;
  return {
    id: stored.id,
    at: stored.at,
    severity: content.severity,
    reason: content.reason,
    message: content.message,
    kind: stored.kind,
    ...NAME_OF[stored.kind](stored.name),
    ...(content.revisionName !== undefined && { revision_name: content.revisionName }),
    ...(content.instanceName !== undefined && { instance_name: content.instanceName }),
  };
}
