/** What an app has set for calls of its project, from the shape of the API and into it. Pure. */
import type { MeshWorkload } from '@slipway/engine';
import { MESH_DEFAULTS, type AppMesh, type AppMeshPrototype } from '@slipway/spec';
import type { AppRecord } from '../apps/app-record.ts';
import { appHref } from '../apps/app-view.ts';
import type { PlatformFacts } from '../control.ts';
import { taggedName } from '../traffic/traffic-rules.ts';
import type { MeshSpec, MirrorSpec } from './mesh-record.ts';

/** Undefined when nothing is set. */
export function meshFor(body: AppMeshPrototype): MeshSpec | undefined {
  const { abort, callers, delay, outliers, retries, timeout_milliseconds: timeoutMs } = body;
  const mirror = body.mirror && mirrorFor(body.mirror);
  const mesh: MeshSpec = {
    ...(callers && { callers }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(retries && {
      retries: {
        attempts: retries.attempts,
        budgetPercent: retries.budget_percent ?? MESH_DEFAULTS.retryBudgetPercent,
        anyMethod: retries.any_method ?? false,
      },
    }),
    ...(outliers && {
      outliers: {
        consecutiveErrors: outliers.consecutive_errors ?? MESH_DEFAULTS.consecutiveErrors,
        errorPercent: outliers.error_percent ?? MESH_DEFAULTS.errorPercent,
        requestsMin: outliers.requests_min ?? MESH_DEFAULTS.requestsMin,
        ejectionMs: (outliers.ejection_seconds ?? MESH_DEFAULTS.ejectionSeconds) * 1000,
      },
    }),
    ...(abort && { abort }),
    ...(delay && { delay: { percent: delay.percent, delayMs: delay.milliseconds } }),
    ...(mirror && { mirror }),
  };
  return Object.keys(mesh).length > 0 ? mesh : undefined;
}

export function viewMesh(app: AppRecord, facts: PlatformFacts): AppMesh {
  const { abort, callers, delay, mirror, outliers, retries, timeoutMs } = app.spec.mesh ?? {};
  return {
    app_name: app.name,
    project_id: app.projectId,
    href: `${appHref(app.projectId, app.name, facts)}/mesh`,
    entity_tag: app.entityTag,
    resource_type: 'app_mesh_v2',
    ...(callers && { callers: [...callers] }),
    ...(timeoutMs !== undefined && { timeout_milliseconds: timeoutMs }),
    ...(retries && {
      retries: {
        attempts: retries.attempts,
        budget_percent: retries.budgetPercent,
        any_method: retries.anyMethod,
      },
    }),
    ...(outliers && {
      outliers: {
        consecutive_errors: outliers.consecutiveErrors,
        error_percent: outliers.errorPercent,
        requests_min: outliers.requestsMin,
        ejection_seconds: outliers.ejectionMs / 1000,
      },
    }),
    ...(abort && { abort }),
    ...(delay && { delay: { percent: delay.percent, milliseconds: delay.delayMs } }),
    ...(mirror && { mirror }),
  };
}

/** One of the two is named. */
function mirrorFor({ app, percent, tag }: NonNullable<AppMeshPrototype['mirror']>): MirrorSpec | undefined {
  if (app !== undefined) return { percent, app };
  return tag === undefined ? undefined : { percent, tag };
}

/** What the engine is told. */
export function meshWorkloadFor({ mirror, ...mesh }: MeshSpec, app: AppName): MeshWorkload {
  if (!mirror) return mesh;
  const name = mirror.tag === undefined ? mirror.app : taggedName(mirror.tag, app.name);
  return { ...mesh, mirror: { percent: mirror.percent, host: `${name}.${app.subdomain}.svc.cluster.local` } };
}

interface AppName {
  readonly name: string;
  readonly subdomain: string;
}
