/** Operations on applications, their revisions and instances. */
import { Type } from '../json-schema.ts';
import { P, Page, ReferenceQuery, type Operation } from '../operation.ts';
import * as app from '../resources/app.ts';
import { EmptyObject } from '../resources/platform.ts';

export const APP_OPERATIONS = {
  listApps: {
    method: 'GET',
    path: `${P}/apps`,
    summary: 'List applications',
    query: Page,
    returns: app.AppList,
    status: 200,
  },
  createApp: {
    method: 'POST',
    path: `${P}/apps`,
    summary: 'Create an application',
    query: ReferenceQuery,
    body: app.AppPrototype,
    returns: app.App,
    status: 201,
  },
  getApp: {
    method: 'GET',
    path: `${P}/apps/{name}`,
    summary: 'Get an application',
    returns: app.App,
    status: 200,
  },
  updateApp: {
    method: 'PATCH',
    path: `${P}/apps/{name}`,
    summary: 'Update an application',
    query: ReferenceQuery,
    body: app.AppPatch,
    bodyKind: 'merge-patch',
    ifMatch: true,
    returns: app.App,
    status: 200,
  },
  deleteApp: {
    method: 'DELETE',
    path: `${P}/apps/{name}`,
    summary: 'Delete an application',
    query: Type.Object({ keep_service_access: Type.Optional(Type.Boolean()) }),
    returns: EmptyObject,
    status: 202,
  },
  listAppRevisions: {
    method: 'GET',
    path: `${P}/apps/{app_name}/revisions`,
    summary: 'List application revisions',
    query: Page,
    returns: app.AppRevisionList,
    status: 200,
  },
  getAppRevision: {
    method: 'GET',
    path: `${P}/apps/{app_name}/revisions/{name}`,
    summary: 'Get an application revision',
    returns: app.AppRevision,
    status: 200,
  },
  deleteAppRevision: {
    method: 'DELETE',
    path: `${P}/apps/{app_name}/revisions/{name}`,
    summary: 'Delete an application revision',
    returns: EmptyObject,
    status: 202,
  },
  listAppInstances: {
    method: 'GET',
    path: `${P}/apps/{app_name}/instances`,
    summary: 'List application instances',
    query: Page,
    returns: app.AppInstanceList,
    status: 200,
  },
} as const satisfies Record<string, Operation>;
