/**
 * Operations on projects. Names and subdomains are unique on the platform; the store knows no such rule, so creations
 * take turns here. One control plane writes at a time.
 */
import { PROJECTS_MAX, Refusal, type Project, type ProjectStatusDetails } from '@slipway/spec';
import { changeSpec } from '../change-spec.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { pageOf, readPageRequest } from '../paging.ts';
import { notFound, refuseProblem } from '../refuse.ts';
import { newResourceId } from '../resource-id.ts';
import { walkStore } from '../walk-store.ts';
import { projectFrom, projectKey, requireProject, type ProjectRecord, type ProjectSpec } from './project-record.ts';
import { projectNameProblem, subdomainFor } from './project-rules.ts';
import { viewProject } from './project-view.ts';

type ProjectOperations =
  | 'listProjects'
  | 'createProject'
  | 'getProject'
  | 'deleteProject'
  | 'getProjectStatusDetails'
  | 'getProjectEgressIps';

export const DEFAULT_PROJECT_NAME = 'default';
const DEFAULT_RESOURCE_GROUP = 'default';
const SUFFIX_LENGTH = 5;
const PROJECTS_TURN = 'projects';

export function projectOperations(context: ControlContext): Pick<OperationHandlers, ProjectOperations> {
  const { facts, store } = context;

  return {
    listProjects: async ({ query }) => {
      const { limit, after } = readPageRequest(query);
      const rows = await store.list({
        kind: 'project',
        limit: limit + 1,
        ...(after !== undefined && { after: { projectId: after, name: after } }),
      });
      const { items, ...page } = pageOf(rows, {
        limit,
        href: `${facts.apiBaseUrl}/projects`,
        keyOf: (row) => row.projectId,
        toItem: (row) => viewProject(projectFrom(row), facts),
      });
      return { projects: items, ...page };
    },
    createProject: ({ body }) => context.turns.take(PROJECTS_TURN, () => createProject(context, body)),
    getProject: async ({ params }) => viewProject(await requireProject(store, params.id), facts),
    deleteProject: (call) => deleteProject(context, call),
    // Requests leave with the machine's own address, and what that is behind a router the platform does not know.
    getProjectEgressIps: async ({ params }) => {
      await requireProject(store, params.project_id);
      return { private: [], public: [] };
    },
    getProjectStatusDetails: async ({ params }) => viewStatusDetails(await requireProject(store, params.project_id)),
  };
}

async function createProject(context: ControlContext, body: Call<'createProject'>['body']): Promise<Project> {
  const { facts, store } = context;
  refuseProblem(projectNameProblem(body.name));
  const specs = await readProjectSpecs(context);
  if (specs.some((spec) => spec.name === body.name)) {
    throw new Refusal('name_taken', { kind: 'project', name: body.name });
  }
  if (specs.length >= PROJECTS_MAX) {
    const quota = { quota: 'projects', limit: PROJECTS_MAX, used: specs.length };
    throw new Refusal('quota_exceeded', { kind: 'project', name: body.name, ...quota });
  }
  const id = newResourceId(context.randomText);
  const taken = new Set(specs.map((spec) => spec.subdomain));
  const spec: ProjectSpec = {
    name: body.name,
    subdomain: subdomainFor(body.name, taken, () => context.randomText(SUFFIX_LENGTH)),
    resourceGroupId: body.resource_group_id ?? DEFAULT_RESOURCE_GROUP,
    tags: body.tags ?? [],
  };
  const inserted = await store.insert({ ...projectKey(id), id, owner: '', spec, status: { state: 'creating' } });
  if (!inserted) throw new Refusal('name_taken', { kind: 'project', name: body.name });
  context.activate({ kind: 'project', projectId: id, name: id });
  return viewProject(projectFrom(inserted), facts);
}

async function readProjectSpecs(context: ControlContext): Promise<readonly ProjectSpec[]> {
  const specs: ProjectSpec[] = [];
  for await (const stored of walkStore(context.store, { kind: 'project' })) specs.push(projectFrom(stored).spec);
  return specs;
}

async function deleteProject(context: ControlContext, { params }: Call<'deleteProject'>): Promise<object> {
  const key = projectKey(params.id);
  const deletedAt = context.clock.now().toISOString();
  const changed = await changeSpec<ProjectSpec>(context.store, key, {
    ifMatch: '*',
    decide: (stored) => {
      const { spec } = projectFrom(stored);
      return spec.deletedAt === undefined ? { ...spec, deletedAt } : undefined;
    },
  });
  if (!changed) throw notFound('project', params.id);
  context.activate({ kind: 'project', projectId: params.id, name: params.id });
  return {};
}

function viewStatusDetails(project: ProjectRecord): ProjectStatusDetails {
  return {
    cbr: {
      data_plane: { enforcement: 'none', inbound_private: 'allowed', inbound_public: 'allowed' },
    },
    domain: project.status.state === 'active' ? 'ready' : 'unknown',
    project: project.spec.deletedAt === undefined ? 'enabled' : 'disabled',
    vpe: 'unknown',
  };
}

/** The project that is there from the first start on. */
export async function ensureDefaultProject(context: ControlContext): Promise<void> {
  if ((await context.store.count({ kind: 'project' })) > 0) return;
  await createProject(context, { name: DEFAULT_PROJECT_NAME });
}
