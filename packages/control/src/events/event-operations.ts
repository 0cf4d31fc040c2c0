/** The events of an app, oldest first. The newest warning is the latest thing that went wrong. */
import type { Event } from '@slipway/spec';
import { requireApp } from '../apps/app-record.ts';
import { appHref } from '../apps/app-view.ts';
import type { OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { pageOf, readPageRequest } from '../paging.ts';
import { requireProject } from '../projects/project-record.ts';
import type { StoredEvent } from '../store.ts';
import type { EventContent } from './record-event.ts';

export function eventOperations(context: ControlContext): Pick<OperationHandlers, 'listAppEvents'> {
  const { facts, store } = context;
  return {
    listAppEvents: async ({ params, query }) => {
      const project = await requireProject(store, params.project_id);
      const app = await requireApp(store, project.id, params.app_name);
      const { limit, after } = readPageRequest(query);
      const rows = await store.listEvents({
        projectId: project.id,
        appName: app.name,
        limit: limit + 1,
        ...(after !== undefined && { afterId: after }),
      });
      const href = `${appHref(project.id, app.name, facts)}/events`;
      const { items, ...page } = pageOf(rows, { limit, href, keyOf: (row) => row.id, toItem: viewEvent });
      return { events: items, ...page };
    },
  };
}

function viewEvent(stored: StoredEvent): Event {
  const content = stored.content as EventContent;
  return {
    id: stored.id,
    at: stored.at,
    severity: content.severity,
    reason: content.reason,
    message: content.message,
    app_name: stored.appName,
    ...(content.revisionName !== undefined && { revision_name: content.revisionName }),
    ...(content.instanceName !== undefined && { instance_name: content.instanceName }),
  };
}
