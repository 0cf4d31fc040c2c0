/** Operations on calls between the apps of a project: they check and write what is stated; reconcile tells the engine. */
import type { AppMesh } from '@slipway/spec';
import { appFrom, appKey, requireApp, type AppSpec } from '../apps/app-record.ts';
import { changeSpec, requireIfMatch } from '../change-spec.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { requireOpenProject, requireProject } from '../projects/project-record.ts';
import { notFound, refuseProblem } from '../refuse.ts';
import { meshProblem } from './mesh-rules.ts';
import { meshFor, viewMesh } from './mesh-view.ts';

export function meshOperations(context: ControlContext): Pick<OperationHandlers, 'getAppMesh' | 'replaceAppMesh'> {
  return {
    getAppMesh: async ({ params }) => {
      const project = await requireProject(context.store, params.project_id);
      return viewMesh(await requireApp(context.store, project.id, params.name), context.facts);
    },
    replaceAppMesh: (call) => replaceAppMesh(context, call),
  };
}

async function replaceAppMesh(
  context: ControlContext,
  { params, body, ifMatch }: Call<'replaceAppMesh'>,
): Promise<AppMesh> {
  const { store } = context;
  const project = await requireOpenProject(store, params.project_id);
  const app = await requireApp(store, project.id, params.name);
  const wantedTag = requireIfMatch(ifMatch, app);
  const tags = (app.spec.traffic?.targets ?? []).flatMap(({ tag }) => tag ?? []);
  refuseProblem(meshProblem(body, { appName: app.name, tags }));
  const changed = await changeSpec<AppSpec>(store, appKey(project.id, app.name), {
    ifMatch: wantedTag,
    decide: (stored) => {
      const { mesh: _before, ...spec } = appFrom(stored).spec;
      if (spec.deletedAt !== undefined) throw notFound('app', app.name);
      const mesh = meshFor(body);
      return mesh ? { ...spec, mesh } : spec;
    },
  });
  if (!changed) throw notFound('app', app.name);
  context.activate({ kind: 'app', projectId: project.id, name: app.name });
  return viewMesh(appFrom(changed), context.facts);
}
