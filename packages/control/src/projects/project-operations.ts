/**
 * Operations on projects. Names and subdomains are unique on the platform; the store knows no such rule, so whatever
 * takes a name takes turns. Deleted projects keep theirs until nothing of them is left.
 */
import { isDeepStrictEqual } from 'node:util';
import { isClosedRange } from '@slipway/engine';
import {
  PROJECTS_MAX,
  Refusal,
  type Project,
  type ProjectEgressIPAddresses,
  type ProjectStatusDetails,
  type ProjectTags,
} from '@slipway/spec';
import { isAllowed } from '../access/role-table.ts';
import { ensureOutboundDefault } from '../allowed-outbound-destinations/project-outbound.ts';
import { LOCAL_ADMINISTRATOR, userIdOf, type Caller } from '../caller.ts';
import { findCertificateFailure } from '../certificates/certificate-failure.ts';
import { projectHosts } from '../certificates/project-certificates.ts';
import { changeSpec } from '../change-spec.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { pageOf, readPageRequest } from '../paging.ts';
import { invalidField, notFound, refuseProblem } from '../refuse.ts';
import { newResourceId } from '../resource-id.ts';
import type { StoredResource } from '../store.ts';
import { walkStore } from '../walk-store.ts';
import {
  isServing,
  projectFrom,
  projectKey,
  requireKnownProject,
  requireProject,
  type ProjectRecord,
  type ProjectSpec,
} from './project-record.ts';
import { projectNameProblem, subdomainFor } from './project-rules.ts';
import { viewProject } from './project-view.ts';

type ProjectOperations =
  | 'listProjects'
  | 'createProject'
  | 'getProject'
  | 'updateProject'
  | 'getProjectTags'
  | 'replaceProjectTags'
  | 'getProjectStatusDetails'
  | 'getProjectEgressIps';

export const DEFAULT_PROJECT_NAME = 'default';
const DEFAULT_RESOURCE_GROUP = 'default';
const SUFFIX_LENGTH = 5;
const NAMES_TURN = 'projects';

export function projectOperations(context: ControlContext): Pick<OperationHandlers, ProjectOperations> {
  const { store } = context;
  return {
    listProjects: (call) => listProjects(context, call),
    createProject: (call) => context.turns.take(NAMES_TURN, () => createProject(context, call)),
    getProject: async ({ params }) => showProject(context, await requireKnownProject(store, params.id)),
    updateProject: (call) => context.turns.take(NAMES_TURN, () => renameProject(context, call)),
    getProjectTags: async ({ params }) => viewTags(await requireKnownProject(store, params.project_id)),
    replaceProjectTags: async ({ params, body }) =>
      viewTags(await changeProject(context, params.project_id, (spec) => ({ ...spec, tags: [...new Set(body.tags)] }))),
    getProjectEgressIps: async ({ params }) => {
      await requireProject(store, params.project_id);
      return viewEgress(await context.egressAddresses());
    },
    getProjectStatusDetails: async ({ params }) => {
      const project = await requireKnownProject(store, params.project_id);
      const failure = await findCertificateFailure(store, project.id, projectHosts(project, context.facts));
      return { ...viewStatusDetails(project), ...(failure && { certificate_failure: failure }) };
    },
  };
}

/** The first that the caller may see, read on until there are enough, so that a page is full whatever lies between. */
async function visibleProjects(
  { directory, store }: ControlContext,
  caller: Caller,
  { count, after }: { readonly count: number; readonly after: string | undefined },
): Promise<readonly StoredResource[]> {
  const visible: StoredResource[] = [];
  const from = after === undefined ? {} : { after: { projectId: after, name: after } };
  for await (const project of walkStore(store, { kind: 'project', ...from })) {
    if (isAllowed('view_project', directory.rolesOf(caller, project.projectId))) visible.push(project);
    if (visible.length === count) break;
  }
  return visible;
}

async function listProjects(context: ControlContext, { caller, query }: Call<'listProjects'>) {
  const { facts } = context;
  const { limit, after } = readPageRequest(query);
  const rows = await visibleProjects(context, caller, { count: limit + 1, after });
  const { items, ...page } = pageOf(rows, {
    limit,
    href: `${facts.apiBaseUrl}/projects`,
    keyOf: (row) => row.projectId,
    toItem: (row) => showProject(context, projectFrom(row)),
  });
  return { projects: items, ...page };
}

async function createProject(
  context: ControlContext,
  { body, caller }: Pick<Call<'createProject'>, 'body' | 'caller'>,
): Promise<Project> {
  const { store } = context;
  refuseProblem(projectNameProblem(body.name));
  const others = await readProjects(context);
  requireFreeName(others, body.name);
  if (others.length >= PROJECTS_MAX) {
    throw new Refusal('projects_full', { name: body.name, limit: PROJECTS_MAX, used: others.length });
  }
  const id = newResourceId(context.randomText);
  const taken = new Set(others.map(({ spec }) => spec.subdomain));
  const spec: ProjectSpec = {
    name: body.name,
    subdomain: subdomainFor(body.name, taken, () => context.randomText(SUFFIX_LENGTH)),
    resourceGroupId: body.resource_group_id ?? DEFAULT_RESOURCE_GROUP,
    tags: [...new Set(body.tags)],
  };
  // Before the project: whoever finds it there finds its Manager, too.
  if (userIdOf(caller) !== LOCAL_ADMINISTRATOR.id) await context.directory.setRole(id, userIdOf(caller), 'manager');
  const inserted = await store.insert({ ...projectKey(id), id, owner: '', spec, status: { state: 'creating' } });
  if (!inserted) throw new Refusal('name_taken', { kind: 'project', name: body.name });
  await ensureOutboundDefault(context, id);
  context.activate({ kind: 'project', projectId: id, name: id });
  return showProject(context, projectFrom(inserted));
}

async function renameProject(context: ControlContext, { params, body }: Call<'updateProject'>): Promise<Project> {
  // A merge patch may send null for every field.
  const name: string | null | undefined = body.name;
  if (name === null) {
    const rule = 'a project has a name, and no default for it';
    throw invalidField({ field: 'name', value: name, rule, fix: 'Give a name, or leave it out' });
  }
  const { id } = await requireProject(context.store, params.id);
  if (name !== undefined) {
    refuseProblem(projectNameProblem(name));
    const all = await readProjects(context);
    requireFreeName(
      all.filter((other) => other.id !== id),
      name,
    );
  }
  const changed = await changeProject(context, id, (spec) => ({ ...spec, name: name ?? spec.name }));
  return showProject(context, changed);
}

async function changeProject(
  { store }: ControlContext,
  projectId: string,
  change: (spec: ProjectSpec) => ProjectSpec,
): Promise<ProjectRecord> {
  await requireProject(store, projectId);
  const changed = await changeSpec<ProjectSpec>(store, projectKey(projectId), {
    ifMatch: '*',
    decide: (stored) => {
      const { spec } = projectFrom(stored);
      const next = change(spec);
      return isDeepStrictEqual(spec, next) ? undefined : next;
    },
  });
  if (!changed) throw notFound('project', projectId);
  return projectFrom(changed);
}

function requireFreeName(others: readonly ProjectRecord[], name: string): void {
  if (others.some(({ spec }) => spec.name === name)) throw new Refusal('name_taken', { kind: 'project', name });
}

/** Bounded by their greatest number. */
async function readProjects({ store }: ControlContext): Promise<readonly ProjectRecord[]> {
  const projects: ProjectRecord[] = [];
  for await (const stored of walkStore(store, { kind: 'project' })) projects.push(projectFrom(stored));
  return projects;
}

function showProject({ clock, facts }: ControlContext, project: ProjectRecord): Project {
  return viewProject(project, facts, clock.now());
}

/** What a router further out makes of a private address the platform does not know. */
function viewEgress(addresses: readonly string[]): ProjectEgressIPAddresses {
  const isPrivate = (address: string) => isClosedRange(`${address}/32`);
  return { private: addresses.filter(isPrivate), public: addresses.filter((address) => !isPrivate(address)) };
}

function viewTags({ spec }: ProjectRecord): ProjectTags {
  return { tags: [...spec.tags] };
}

function viewStatusDetails(project: ProjectRecord): ProjectStatusDetails {
  const isRestricted = (project.spec.inboundRules ?? []).length > 0;
  return {
    cbr: {
      data_plane: {
        enforcement: isRestricted ? 'applied' : 'none',
        inbound_private: isRestricted ? 'partially_restricted' : 'allowed',
        inbound_public: 'allowed',
      },
    },
    domain: isServing(project) && project.status.state === 'active' ? 'ready' : 'unknown',
    project: isServing(project) ? 'enabled' : 'disabled',
    vpe: 'unknown',
  };
}

/** The project that is there from the first start on. */
export async function ensureDefaultProject(context: ControlContext): Promise<void> {
  if ((await context.store.count({ kind: 'project' })) > 0) return;
  await createProject(context, { body: { name: DEFAULT_PROJECT_NAME }, caller: LOCAL_ADMINISTRATOR });
}
