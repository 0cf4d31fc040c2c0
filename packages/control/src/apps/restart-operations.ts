/** Restarting an app: it is written down which instances are to go, and the engine replaces them one after the other. */
import type { RestartOrder } from '@slipway/engine';
import { TRAFFIC_LIMITS, type App } from '@slipway/spec';
import { changeSpec } from '../change-spec.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { requireOpenProject } from '../projects/project-record.ts';
import { notFound } from '../refuse.ts';
import { appFrom, appKey, requireApp, type AppSpec } from './app-record.ts';
import { showApp } from './show-app.ts';

export function restartOperations(context: ControlContext): Pick<OperationHandlers, 'restartApp'> {
  return { restartApp: (call) => restartApp(context, call) };
}

async function restartApp(context: ControlContext, { params, body }: Call<'restartApp'>): Promise<App> {
  const { clock, engine, store } = context;
  const project = await requireOpenProject(store, params.project_id);
  const app = await requireApp(store, project.id, params.name);
  const { instance_name: instanceName } = body;
  if (instanceName !== undefined) {
    const seen = await engine.observeApp({ projectId: project.id, appName: app.name });
    const isLiving = seen?.instances.some(
      (instance) => instance.instanceName === instanceName && instance.completedAt === undefined,
    );
    if (!isLiving) throw notFound('app instance', instanceName);
  }
  const now = clock.now().toISOString();
  const changed = await changeSpec<AppSpec>(store, appKey(project.id, app.name), {
    ifMatch: '*',
    decide: (stored) => {
      const { spec } = appFrom(stored);
      if (spec.deletedAt !== undefined) throw notFound('app', app.name);
      return { ...spec, restart: nextOrder(spec.restart, instanceName, now) };
    },
  });
  if (!changed) throw notFound('app', app.name);
  context.activate({ kind: 'app', projectId: project.id, name: app.name });
  return await showApp(context, project, appFrom(changed));
}

/** Names are never given twice, so those of instances that are gone do no harm; only the last ones are kept. */
function nextOrder(before: RestartOrder | undefined, instanceName: string | undefined, now: string): RestartOrder {
  if (instanceName === undefined) return { createdBefore: now, instanceNames: [] };
  const instanceNames = [...(before?.instanceNames ?? []), instanceName].slice(-TRAFFIC_LIMITS.restartedNamesMax);
  return { ...before, instanceNames };
}
