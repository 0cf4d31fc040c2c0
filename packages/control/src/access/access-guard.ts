/**
 * The one place where it is decided whether a call may happen, before its operation runs. A caller who may not see a
 * project gets the answer of a project that does not exist, from the same lines and without a look into the store, so
 * neither the text nor the time tells them apart.
 */
import { OPERATIONS, Refusal, type AccessLevel, type Operation, type OperationId } from '@slipway/spec';
import type { Caller } from '../caller.ts';
import { notFound } from '../refuse.ts';
import type { AccessDirectory } from './access-directory.ts';
import { decideAccess, isAllowed, roleNeeded, type Roles } from './role-table.ts';

export interface AccessQuestion {
  readonly operation: OperationId;
  /** Of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly caller: Caller;
}

export interface AccessGuard {
  /** Throws Refusal unless the caller may do it now. */
  authorize(question: AccessQuestion): void;
  /** Values of secrets and config maps are for those who may change them. */
  mayReadValues(question: AccessQuestion): boolean;
}

export function createAccessGuard(directory: AccessDirectory): AccessGuard {
  return {
    authorize({ operation: id, params, caller }) {
      if (!directory.isCurrent(caller)) {
        const reason = 'the credential has expired or was revoked';
        throw new Refusal('unauthorized', { reason, fix: 'Sign in again, or send another API key' });
      }
      const operation: Operation = OPERATIONS[id];
      const projectId = projectIdOf(operation, params);
      const roles = directory.rolesOf(caller, projectId);
      const decision = decideAccess(operation.access, roles, projectId !== undefined);
      if (decision === 'hide') throw notFound('project', projectId ?? '');
      if (decision === 'forbid') throw forbidden(operation.access, actionOf(operation.summary), roles);
    },
    mayReadValues({ operation, params, caller }) {
      const projectId = projectIdOf(OPERATIONS[operation], params);
      return projectId === undefined || isAllowed('change', directory.rolesOf(caller, projectId));
    },
  };
}

export function forbidden(level: AccessLevel, action: string, { project, platform }: Roles): Refusal {
  const needed = level === 'signed_in' ? 'any' : roleNeeded(level);
  const role = project === undefined ? platform && `${platform} of the platform` : `${project} of the project`;
  const whom = level.startsWith('platform_') ? 'an Administrator of the platform' : 'a Manager of the project';
  return new Refusal('forbidden', { action, needed, role: role ?? 'none', whom });
}

/** The project a path lies in: `/projects/{project_id}/apps` and `/projects/{id}` alike. */
function projectIdOf({ path }: Pick<Operation, 'path'>, params: Readonly<Record<string, string>>): string | undefined {
  const [, name] = /^\/projects\/\{(\w+)\}/.exec(path) ?? [];
  return name === undefined ? undefined : (params[name] ?? '');
}

/** `Delete a build run; a running one is cancelled` → `delete a build run`. */
function actionOf(summary: string): string {
  const [act = ''] = summary.split(/[;:,]/, 1);
  return act.charAt(0).toLowerCase() + act.slice(1);
}
