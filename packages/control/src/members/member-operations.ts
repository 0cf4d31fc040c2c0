/** Operations on the members of a project and of the platform. A user needs no account, only a credential that proves who it is. */
import { ACCESS_LIMITS, Refusal } from '@slipway/spec';
import type { OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { listInProject } from '../list-in-project.ts';
import { namedProblem } from '../name-rule.ts';
import { pageOf, readPageRequest } from '../paging.ts';
import { requireOpenProject, requireProject } from '../projects/project-record.ts';
import { notFound, refuseProblem } from '../refuse.ts';
import { memberFrom, memberKey, PLATFORM_SCOPE } from './member-record.ts';
import { viewMember, viewPlatformMember } from './member-view.ts';

type MemberOperations = 'listMembers' | 'setMember' | 'removeMember';
type PlatformMemberOperations = 'listPlatformMembers' | 'setPlatformMember' | 'removePlatformMember';

export function memberOperations(
  context: ControlContext,
): Pick<OperationHandlers, MemberOperations | PlatformMemberOperations> {
  return { ...ofProject(context), ...ofPlatform(context) };
}

function ofProject(context: ControlContext): Pick<OperationHandlers, MemberOperations> {
  const { directory, facts, store } = context;
  return {
    listMembers: async ({ params, query }) => {
      const { items, ...page } = await listInProject(context, {
        kind: 'member',
        projectId: params.project_id,
        query,
        path: 'members',
        toItem: (row) => viewMember(memberFrom(row), facts),
      });
      return { members: items, ...page };
    },
    setMember: async ({ params, body }) => {
      const project = await requireOpenProject(store, params.project_id);
      await requirePlace(context, project.id, params.id);
      const stored = await directory.setRole(project.id, params.id, body.role);
      try {
        await requireOpenProject(store, project.id);
      } catch (error) {
        // Its removal began meanwhile and may have passed the members already.
        await directory.removeRole(project.id, params.id);
        throw error;
      }
      return viewMember(memberFrom(stored), facts);
    },
    removeMember: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      if (!(await directory.removeRole(project.id, params.id))) throw notFound('member', params.id);
      return {};
    },
  };
}

function ofPlatform(context: ControlContext): Pick<OperationHandlers, PlatformMemberOperations> {
  const { directory, facts, store } = context;
  return {
    listPlatformMembers: async ({ query }) => {
      const { limit, after } = readPageRequest(query);
      const rows = await store.list({
        kind: 'member',
        projectId: PLATFORM_SCOPE,
        limit: limit + 1,
        ...(after !== undefined && { after: { projectId: PLATFORM_SCOPE, name: after } }),
      });
      const { items, ...page } = pageOf(rows, {
        limit,
        href: `${facts.apiBaseUrl}/members`,
        keyOf: (row) => row.name,
        toItem: (row) => viewPlatformMember(memberFrom(row), facts),
      });
      return { members: items, ...page };
    },
    setPlatformMember: async ({ params, body }) => {
      await requirePlace(context, PLATFORM_SCOPE, params.id);
      return viewPlatformMember(memberFrom(await directory.setRole(PLATFORM_SCOPE, params.id, body.role)), facts);
    },
    removePlatformMember: async ({ params }) => {
      if (!(await directory.removeRole(PLATFORM_SCOPE, params.id))) throw notFound('member', params.id);
      return {};
    },
  };
}

/** Refuses a name that is none, and one member too many. */
async function requirePlace({ store }: Pick<ControlContext, 'store'>, scope: string, userId: string): Promise<void> {
  const problem = namedProblem('member', userId);
  refuseProblem(problem && { ...problem, field: 'id' });
  if (await store.get(memberKey(scope, userId))) return;
  const limit = ACCESS_LIMITS.membersMax;
  const used = await store.count({ kind: 'member', projectId: scope });
  if (used < limit) return;
  throw new Refusal('quota_exceeded', { kind: 'member', name: userId, quota: 'members', limit, used });
}
