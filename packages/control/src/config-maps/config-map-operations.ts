/**
 * Operations on config maps. Revisions hold a copy of the variables they were made with, so a config map may change or go
 * while they run; where it is mounted the files change with it. Whoever waits for it is told when it comes.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ConfigMap } from '@slipway/spec';
import { changeSpec, requireIfMatch } from '../change-spec.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { createInProject } from '../create-in-project.ts';
import { dataProblem } from '../data-rules.ts';
import { listInProject } from '../list-in-project.ts';
import { namedProblem } from '../name-rule.ts';
import { requireOpenProject, requireProject } from '../projects/project-record.ts';
import { activateReferrers } from '../references/activate-referrers.ts';
import { notFound, refuseProblem } from '../refuse.ts';
import { requireVolumeRoom } from '../volumes/project-volumes.ts';
import { configMapFrom, configMapKey, requireConfigMap, type ConfigMapSpec } from './config-map-record.ts';
import { viewConfigMap } from './config-map-view.ts';

type ConfigMapOperations =
  | 'listConfigMaps'
  | 'createConfigMap'
  | 'getConfigMap'
  | 'replaceConfigMap'
  | 'deleteConfigMap';

export function configMapOperations(context: ControlContext): Pick<OperationHandlers, ConfigMapOperations> {
  const { facts, store } = context;
  return {
    listConfigMaps: async ({ params, query }) => {
      const { items, ...page } = await listInProject(context, {
        kind: 'config_map',
        projectId: params.project_id,
        query,
        path: 'config_maps',
        toItem: (row) => viewConfigMap(configMapFrom(row), facts),
      });
      return { config_maps: items, ...page };
    },
    createConfigMap: (call) => createConfigMap(context, call),
    getConfigMap: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      return viewConfigMap(await requireConfigMap(store, project.id, params.name), facts);
    },
    replaceConfigMap: (call) => replaceConfigMap(context, call),
    deleteConfigMap: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      if (!(await store.delete(configMapKey(project.id, params.name)))) throw notFound('config map', params.name);
      context.activate({ kind: 'project', projectId: project.id, name: project.id });
      return {};
    },
  };
}

async function createConfigMap(context: ControlContext, call: Call<'createConfigMap'>): Promise<ConfigMap> {
  const { name, data = {} } = call.body;
  const project = await requireOpenProject(context.store, call.params.project_id);
  refuseProblem(namedProblem('config_map', name) ?? dataProblem(data));
  const key = configMapKey(project.id, name);
  await requireVolumeRoom(context, project.id, { key, data });
  const spec: ConfigMapSpec = { data };
  const created = await createInProject(context, { key, quota: 'configMaps', specFor: () => spec });
  await activateReferrers(context, key);
  return viewConfigMap(configMapFrom(created), context.facts);
}

/** The whole data is replaced: a key that is not sent is gone. */
async function replaceConfigMap(context: ControlContext, call: Call<'replaceConfigMap'>): Promise<ConfigMap> {
  const { params, body, ifMatch } = call;
  const project = await requireOpenProject(context.store, params.project_id);
  const key = configMapKey(project.id, params.name);
  const spec: ConfigMapSpec = { data: body.data ?? {} };
  await requireConfigMap(context.store, project.id, params.name);
  refuseProblem(dataProblem(spec.data));
  await requireVolumeRoom(context, project.id, { key, data: spec.data });
  const changed = await changeSpec<ConfigMapSpec>(context.store, key, {
    ifMatch: requireIfMatch(ifMatch, key),
    decide: (stored) => (isDeepStrictEqual(configMapFrom(stored).spec, spec) ? undefined : spec),
  });
  if (!changed) throw notFound('config map', params.name);
  await activateReferrers(context, key);
  return viewConfigMap(configMapFrom(changed), context.facts);
}
