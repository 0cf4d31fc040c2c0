/**
 * Operations on API keys, and on who calls. Everyone has keys of their own; an Administrator of the platform has
 * a say over those of others. A workload's token makes none: it would outlive the workload.
 */
import { ACCESS_LIMITS, Refusal, type CallerIdentity, type CreatedApiKey } from '@slipway/spec';
import { forbidden } from '../access/access-guard.ts';
import { isAllowed } from '../access/role-table.ts';
import { LOCAL_ADMINISTRATOR, userIdOf, type Caller } from '../caller.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { namedProblem } from '../name-rule.ts';
import { PLATFORM_SCOPE } from '../members/member-record.ts';
import { pageOf, readPageRequest } from '../paging.ts';
import { invalidField, notFound, refuseProblem } from '../refuse.ts';
import { newResourceId } from '../resource-id.ts';
import { apiKeyDigest, apiKeyFrom, apiKeyKey, newApiKey, type ApiKeySpec } from './api-key-record.ts';
import { viewApiKey } from './api-key-view.ts';

type ApiKeyOperations = 'getCaller' | 'listApiKeys' | 'createApiKey' | 'deleteApiKey';

/** ISO 8601 with a time zone, which `Date.parse` reads in one way only. */
const TIME_PATTERN = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

export function apiKeyOperations(context: ControlContext): Pick<OperationHandlers, ApiKeyOperations> {
  const { directory, facts, store } = context;
  return {
    getCaller: async ({ caller }) => viewCaller(context, caller),
    listApiKeys: async ({ caller, query }) => {
      const owner = ownerFor(context, { caller, wanted: query.owner, action: 'list the API keys of another user' });
      const { limit, after } = readPageRequest(query);
      const rows = await store.list({
        kind: 'api_key',
        projectId: PLATFORM_SCOPE,
        owner,
        limit: limit + 1,
        ...(after !== undefined && { after: { projectId: PLATFORM_SCOPE, name: after } }),
      });
      const narrowed = query.owner === undefined ? '' : `?owner=${encodeURIComponent(query.owner)}`;
      const { items, ...page } = pageOf(rows, {
        limit,
        href: `${facts.apiBaseUrl}/api_keys${narrowed}`,
        keyOf: (row) => row.name,
        toItem: (row) => viewApiKey(apiKeyFrom(row), facts),
      });
      return { api_keys: items, ...page };
    },
    createApiKey: (call) => createApiKey(context, call),
    deleteApiKey: async ({ caller, params }) => {
      const known = directory.findApiKeyById(params.id);
      const mayDelete = known && (known.owner === userIdOf(caller) || isAdministrator(context, caller));
      if (!mayDelete || !(await directory.removeApiKey(params.id))) throw notFound('API key', params.id);
      return {};
    },
  };
}

async function createApiKey(context: ControlContext, { body, caller }: Call<'createApiKey'>): Promise<CreatedApiKey> {
  const { clock, directory, facts, randomText, store } = context;
  const owner = ownerFor(context, { caller, wanted: body.owner, action: 'create an API key of another user' });
  if (caller.kind === 'service_account') {
    throw forbidden('platform_administer', 'create an API key with the token of a workload', {});
  }
  if (owner === LOCAL_ADMINISTRATOR.id && userIdOf(caller) !== owner) {
    // It would outlive the role of whoever made it.
    const [rule, fix] = ['only on the machine itself keys of its administrator are made', 'Name another user'];
    throw invalidField({ field: 'owner', value: owner, rule, fix });
  }
  const { name, description, expires_at: expiresAt } = body;
  if (expiresAt !== undefined) refuseExpiry(expiresAt, clock.now());
  const limit = ACCESS_LIMITS.apiKeysPerOwnerMax;
  const used = await store.count({ kind: 'api_key', projectId: PLATFORM_SCOPE, owner });
  if (used >= limit) throw new Refusal('quota_exceeded', { kind: 'API key', name, quota: 'API keys', limit, used });
  const id = newResourceId(randomText);
  const apikey = newApiKey(randomText);
  const spec: ApiKeySpec = {
    name,
    digest: apiKeyDigest(apikey),
    ...(description !== undefined && { description }),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
  };
  const stored = await directory.addApiKey({ ...apiKeyKey(id), id, owner, spec, status: {} });
  if (!stored) throw new Refusal('name_taken', { kind: 'API key', name });
  return { ...viewApiKey(stored, facts), apikey };
}

/** Whose keys a call is about: the caller's own, or those of another whom an Administrator names. */
function ownerFor(
  context: ControlContext,
  { caller, wanted, action }: { readonly caller: Caller; readonly wanted: string | undefined; readonly action: string },
): string {
  const own = userIdOf(caller);
  if (wanted === undefined || wanted === own) return own;
  if (!isAdministrator(context, caller)) {
    throw forbidden('platform_administer', action, context.directory.rolesOf(caller, undefined));
  }
  const problem = namedProblem('member', wanted);
  refuseProblem(problem && { ...problem, field: 'owner' });
  return wanted;
}

function isAdministrator({ directory }: ControlContext, caller: Caller): boolean {
  return isAllowed('platform_administer', directory.rolesOf(caller, undefined));
}

function refuseExpiry(text: string, now: Date): void {
  const fix = `Take a time like "${new Date(now.getTime() + 90 * 24 * 60 * 60_000).toISOString()}"`;
  const at = TIME_PATTERN.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) {
    throw invalidField({ field: 'expires_at', value: text, rule: 'it is no ISO 8601 time with a time zone', fix });
  }
  if (at <= now.getTime()) throw invalidField({ field: 'expires_at', value: text, rule: 'it is past', fix });
}

function viewCaller({ directory }: ControlContext, caller: Caller): CallerIdentity {
  const { platform } = directory.rolesOf(caller, undefined);
  return {
    id: userIdOf(caller),
    name: caller.name,
    kind: caller.kind,
    ...(caller.kind === 'api_key' && { api_key_id: caller.id }),
    ...(platform !== undefined && { platform_role: platform }),
    projects: directory.projectsOf(caller).flatMap((project_id) => {
      const { project: role } = directory.rolesOf(caller, project_id);
      return role === undefined ? [] : [{ project_id, role }];
    }),
  };
}
