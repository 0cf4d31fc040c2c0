/** Operations on builds and build runs. */
import { Type } from '../json-schema.ts';
import { P, Page, PageQuery, type Operation } from '../operation.ts';
import * as build from '../resources/build.ts';
import { EmptyObject } from '../resources/platform.ts';

export const BUILD_OPERATIONS = {
  listBuilds: {
    method: 'GET',
    path: `${P}/builds`,
    access: 'view',
    summary: 'List builds',
    query: Page,
    returns: build.BuildList,
    status: 200,
  },
  createBuild: {
    method: 'POST',
    path: `${P}/builds`,
    access: 'change',
    summary: 'Create a build',
    body: build.BuildPrototype,
    returns: build.Build,
    status: 201,
  },
  getBuild: {
    method: 'GET',
    path: `${P}/builds/{name}`,
    access: 'view',
    summary: 'Get a build',
    returns: build.Build,
    status: 200,
  },
  updateBuild: {
    method: 'PATCH',
    path: `${P}/builds/{name}`,
    access: 'change',
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
    access: 'change',
    summary: 'Delete a build',
    returns: EmptyObject,
    status: 202,
  },
  listBuildRuns: {
    method: 'GET',
    path: `${P}/build_runs`,
    access: 'view',
    summary: 'List build runs',
    query: Type.Object({ build_name: Type.Optional(Type.String({ maxLength: 63 })), ...PageQuery }),
    returns: build.BuildRunList,
    status: 200,
  },
  createBuildRun: {
    method: 'POST',
    path: `${P}/build_runs`,
    access: 'change',
    summary: 'Create a build run',
    body: build.BuildRunPrototype,
    returns: build.BuildRun,
    status: 202,
  },
  getBuildRun: {
    method: 'GET',
    path: `${P}/build_runs/{name}`,
    access: 'view',
    summary: 'Get a build run',
    returns: build.BuildRun,
    status: 200,
  },
  deleteBuildRun: {
    method: 'DELETE',
    path: `${P}/build_runs/{name}`,
    access: 'change',
    summary: 'Delete a build run; a running one is cancelled',
    returns: EmptyObject,
    status: 202,
  },
} as const satisfies Record<string, Operation>;
