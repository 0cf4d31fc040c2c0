/** Operations on the quotas of a project: what it may have and has, and an administrator's say about it. */
import { isDeepStrictEqual } from 'node:util';
import { NO_RESOURCES } from '@slipway/engine';
import {
  PROJECT_QUOTAS,
  QUOTA_KEYS,
  quotaLimitMax,
  quotaName,
  type ProjectQuotas,
  type Quota,
  type QuotaKey,
} from '@slipway/spec';
import { changeSpec } from '../change-spec.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import {
  projectFrom,
  projectKey,
  requireKnownProject,
  requireOpenProject,
  type ProjectRecord,
  type ProjectSpec,
} from '../projects/project-record.ts';
import { notFound } from '../refuse.ts';
import { changedOverrides, quotaLimit } from './quota-rules.ts';
import { isResourceQuota, quotaUse } from './quota-use.ts';

type QuotaOperations = 'getProjectQuotas' | 'updateProjectQuotas';

export function quotaOperations(context: ControlContext): Pick<OperationHandlers, QuotaOperations> {
  return {
    getProjectQuotas: async ({ params }) =>
      viewQuotas(context, await requireKnownProject(context.store, params.project_id)),
    updateProjectQuotas: (call) => updateQuotas(context, call),
  };
}

async function updateQuotas(
  context: ControlContext,
  { params, body }: Call<'updateProjectQuotas'>,
): Promise<ProjectQuotas> {
  const { store } = context;
  const { id } = await requireOpenProject(store, params.project_id);
  const changed = await changeSpec<ProjectSpec>(store, projectKey(id), {
    ifMatch: '*',
    decide: (stored) => {
      const { spec } = projectFrom(stored);
      const quotas = changedOverrides(spec.quotas, body);
      return isDeepStrictEqual(quotas, spec.quotas ?? {}) ? undefined : { ...spec, quotas };
    },
  });
  if (!changed) throw notFound('project', id);
  context.activate({ kind: 'project', projectId: id, name: id });
  return viewQuotas(context, projectFrom(changed));
}

async function viewQuotas(context: ControlContext, project: ProjectRecord): Promise<ProjectQuotas> {
  const { projects } = await context.engine.observeCapacity();
  const running = projects.get(project.id) ?? NO_RESOURCES;
  const quotas: Quota[] = [];
  for (const key of QUOTA_KEYS) {
    const used = isResourceQuota(key) ? running[key] : await quotaUse(context, project.id, key);
    quotas.push(viewQuota(project, key, used));
  }
  return { project_id: project.id, quotas };
}

function viewQuota({ spec }: ProjectRecord, key: QuotaKey, used: number): Quota {
  const limits = { limit_default: PROJECT_QUOTAS[key], limit_max: quotaLimitMax(key) };
  return { name: quotaName(key), limit: quotaLimit(spec.quotas, key), ...limits, used };
}
