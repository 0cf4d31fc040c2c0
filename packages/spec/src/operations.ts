/**
 * The operation table: every HTTP operation with its method, path, parameters, body and answer. Server routes, client
 * methods, OpenAPI and the authorization table are all derived from it, so an operation exists exactly once.
 * Paths are relative to `/v2`. Ids are those of the public API; ids after the blank line are ours, in its style.
 */
import { Type, type Static, type JsonSchema } from './json-schema.ts';
import * as app from './resources/app.ts';
import * as build from './resources/build.ts';
import * as platform from './resources/platform.ts';
import * as project from './resources/project.ts';
import { LIST_LIMITS } from './limits.ts';

export const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

/** `json`: one document. `ndjson`: a stream of `returns`, one per line, endless with `follow`. */
export const ANSWER_KINDS = ['json', 'ndjson'] as const;
export type AnswerKind = (typeof ANSWER_KINDS)[number];

export interface Operation {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly query?: JsonSchema;
  /** JSON body; absent for none. `binary` operations take an octet stream instead. */
  readonly body?: JsonSchema;
  readonly bodyKind?: 'json' | 'merge-patch' | 'binary';
  readonly returns: JsonSchema;
  readonly answer?: AnswerKind;
  readonly status: number;
  /** Needs If-Match: an entity tag or `*`. */
  readonly ifMatch?: boolean;
}

const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIST_LIMITS.pageMax, default: LIST_LIMITS.pageDefault })),
  start: Type.Optional(Type.String({ maxLength: 512 })),
};
const Page = Type.Object(PageQuery);

const LogQuery = Type.Object({
  follow: Type.Optional(Type.Boolean({ default: false })),
  tail: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
  since: Type.Optional(Type.String({ description: 'ISO 8601 time, or a span like 30s, 15m, 24h' })),
  instance: Type.Optional(Type.String({ maxLength: 128 })),
  revision: Type.Optional(Type.String({ maxLength: 63 })),
});

const P = '/projects/{project_id}';

export const OPERATIONS = {
  listProjects: {
    method: 'GET',
    path: '/projects',
    summary: 'List projects',
    query: Page,
    returns: project.ProjectList,
    status: 200,
  },
  createProject: {
    method: 'POST',
    path: '/projects',
    summary: 'Create a project',
    body: project.ProjectPrototype,
    returns: project.Project,
    status: 202,
  },
  getProject: {
    method: 'GET',
    path: '/projects/{id}',
    summary: 'Get a project',
    returns: project.Project,
    status: 200,
  },
  deleteProject: {
    method: 'DELETE',
    path: '/projects/{id}',
    summary: 'Delete a project',
    returns: platform.EmptyObject,
    status: 202,
  },
  getProjectStatusDetails: {
    method: 'GET',
    path: `${P}/status_details`,
    summary: 'Get the status details of a project',
    returns: project.ProjectStatusDetails,
    status: 200,
  },
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
    returns: platform.EmptyObject,
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
    returns: platform.EmptyObject,
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
  listBuilds: {
    method: 'GET',
    path: `${P}/builds`,
    summary: 'List builds',
    query: Page,
    returns: build.BuildList,
    status: 200,
  },
  createBuild: {
    method: 'POST',
    path: `${P}/builds`,
    summary: 'Create a build',
    body: build.BuildPrototype,
    returns: build.Build,
    status: 201,
  },
  getBuild: {
    method: 'GET',
    path: `${P}/builds/{name}`,
    summary: 'Get a build',
    returns: build.Build,
    status: 200,
  },
  updateBuild: {
    method: 'PATCH',
    path: `${P}/builds/{name}`,
    summary: 'Update a build',
    body: build.BuildPatch,
    bodyKind: 'merge-patch',
    ifMatch: true,
    returns: build.Build,
    status: 200,
  },
  deleteBuild: {
    method: 'DELETE',
    path: `${P}/builds/{name}`,
    summary: 'Delete a build',
    returns: platform.EmptyObject,
    status: 202,
  },
  listBuildRuns: {
    method: 'GET',
    path: `${P}/build_runs`,
    summary: 'List build runs',
    query: Type.Object({ build_name: Type.Optional(Type.String({ maxLength: 63 })), ...PageQuery }),
    returns: build.BuildRunList,
    status: 200,
  },
  createBuildRun: {
    method: 'POST',
    path: `${P}/build_runs`,
    summary: 'Create a build run',
    body: build.BuildRunPrototype,
    returns: build.BuildRun,
    status: 202,
  },
  getBuildRun: {
    method: 'GET',
    path: `${P}/build_runs/{name}`,
    summary: 'Get a build run',
    returns: build.BuildRun,
    status: 200,
  },
  deleteBuildRun: {
    method: 'DELETE',
    path: `${P}/build_runs/{name}`,
    summary: 'Delete a build run; a running one is cancelled',
    returns: platform.EmptyObject,
    status: 202,
  },

  getPlatform: {
    method: 'GET',
    path: '/platform',
    summary: 'Get the platform: name, version, engine, state',
    returns: platform.Platform,
    status: 200,
  },
  createSource: {
    method: 'POST',
    path: `${P}/sources`,
    summary: 'Upload a packed folder (tar, optionally gzip); the same archive is stored once',
    query: Type.Object({
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'The SHA-256 of the archive in lower-case hex' }),
    }),
    body: Type.Unsafe<Uint8Array>(Type.String({ format: 'binary' })),
    bodyKind: 'binary',
    returns: platform.Source,
    status: 201,
  },
  getSource: {
    method: 'GET',
    path: `${P}/sources/{id}`,
    summary: 'Get an uploaded source, to learn whether it must be uploaded',
    returns: platform.Source,
    status: 200,
  },
  listAppLogs: {
    method: 'GET',
    path: `${P}/apps/{app_name}/logs`,
    summary: 'Read the log lines of an application, of gone instances too',
    query: LogQuery,
    returns: platform.LogLine,
    answer: 'ndjson',
    status: 200,
  },
  listAppEvents: {
    method: 'GET',
    path: `${P}/apps/{app_name}/events`,
    summary: 'List the events of an application, oldest first',
    query: Page,
    returns: platform.EventList,
    status: 200,
  },
  listBuildRunLogs: {
    method: 'GET',
    path: `${P}/build_runs/{name}/logs`,
    summary: 'Read the log lines and steps of a build run',
    query: Type.Object({
      follow: Type.Optional(Type.Boolean({ default: false })),
      tail: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
    }),
    returns: platform.BuildLogLine,
    answer: 'ndjson',
    status: 200,
  },
} as const satisfies Record<string, Operation>;

export type OperationId = keyof typeof OPERATIONS;
type Table = typeof OPERATIONS;

/** `/projects/{project_id}/apps/{name}` → `'project_id' | 'name'`. */
type PathParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParamNames<Rest>
  : never;
export type PathParams<Id extends OperationId> = Readonly<Record<PathParamNames<Table[Id]['path']>, string>>;
export type Query<Id extends OperationId> = Table[Id] extends { query: infer Q extends JsonSchema }
  ? Static<Q>
  : object;
export type Body<Id extends OperationId> = Table[Id] extends { body: infer B extends JsonSchema }
  ? Static<B>
  : undefined;
export type Returns<Id extends OperationId> = Table[Id] extends { answer: 'ndjson' }
  ? AsyncIterable<Static<Table[Id]['returns']>>
  : Static<Table[Id]['returns']>;
