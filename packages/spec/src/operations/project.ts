/** Operations on projects. */
import { P, Page, type Operation } from '../operation.ts';
import * as project from '../resources/project.ts';
import { EmptyObject } from '../resources/platform.ts';

export const PROJECT_OPERATIONS = {
  listProjects: {
    method: 'GET',
    path: '/projects',
    access: 'signed_in',
    summary: 'List projects',
    query: Page,
    returns: project.ProjectList,
    status: 200,
  },
  createProject: {
    method: 'POST',
    path: '/projects',
    access: 'platform_edit',
    summary: 'Create a project',
    body: project.ProjectPrototype,
    returns: project.Project,
    status: 202,
  },
  getProject: {
    method: 'GET',
    path: '/projects/{id}',
    access: 'view_project',
    summary: 'Get a project',
    returns: project.Project,
    status: 200,
  },
  deleteProject: {
    method: 'DELETE',
    path: '/projects/{id}',
    access: 'platform_edit',
    summary: 'Delete a project',
    returns: EmptyObject,
    status: 202,
  },
  getProjectStatusDetails: {
    method: 'GET',
    path: `${P}/status_details`,
    access: 'view_project',
    summary: 'Get the status details of a project',
    returns: project.ProjectStatusDetails,
    status: 200,
  },
  getProjectEgressIps: {
    method: 'GET',
    path: `${P}/egress_ips`,
    access: 'view_project',
    summary: 'Get the addresses that requests of a project come from',
    returns: project.ProjectEgressIPAddresses,
    status: 200,
  },
} as const satisfies Record<string, Operation>;
