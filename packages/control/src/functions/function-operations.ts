/** Operations on functions. A function and an app of one name would have the same address, so there is only one of them. */
import { isDeepStrictEqual } from 'node:util';
import type { FunctionPatch, FunctionResource } from '@slipway/spec';
import { findApp } from '../apps/app-record.ts';
import { removeBindingsOf } from '../bindings/binding-record.ts';
import { changeSpec, requireIfMatch } from '../change-spec.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { createInProject } from '../create-in-project.ts';
import { listInProject } from '../list-in-project.ts';
import { mergePatch } from '../merge-patch.ts';
import { namedProblem } from '../name-rule.ts';
import { requireOpenProject, requireProject } from '../projects/project-record.ts';
import { requireReferences } from '../references/check-references.ts';
import { referencesOf, type ResourceReference } from '../references/resource-reference.ts';
import { invalidField, notFound, refuseProblem } from '../refuse.ts';
import { functionFrom, functionKey, requireFunction, type FunctionSpec } from './function-record.ts';
import { functionSettingsProblem } from './function-rules.ts';
import { FUNCTION_RUNTIMES } from './function-runtimes.ts';
import { completeFunctionSettings, type FunctionSettings } from './function-settings.ts';
import { viewFunction } from './function-view.ts';

type FunctionOperations =
  | 'listFunctionRuntimes'
  | 'listFunctions'
  | 'createFunction'
  | 'getFunction'
  | 'updateFunction'
  | 'deleteFunction';

export function functionOperations(context: ControlContext): Pick<OperationHandlers, FunctionOperations> {
  const { facts, store } = context;
  return {
    listFunctionRuntimes: async () => ({ function_runtimes: [...FUNCTION_RUNTIMES] }),
    listFunctions: async ({ params, query }) => {
      const { items, ...page } = await listInProject(context, {
        kind: 'function',
        projectId: params.project_id,
        query,
        path: 'functions',
        toItem: (row, project) => viewFunction(functionFrom(row), project, facts),
      });
      return { functions: items, ...page };
    },
    createFunction: (call) => createFunction(context, call),
    getFunction: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      return viewFunction(await requireFunction(store, project.id, params.name), project, facts);
    },
    updateFunction: (call) => updateFunction(context, call),
    deleteFunction: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      if (!(await store.delete(functionKey(project.id, params.name)))) throw notFound('function', params.name);
      await removeBindingsOf(store, project.id, { resource_type: 'function_v2', name: params.name });
      return {};
    },
  };
}

async function createFunction(context: ControlContext, call: Call<'createFunction'>): Promise<FunctionResource> {
  const { params, query, body } = call;
  const { store } = context;
  const project = await requireOpenProject(store, params.project_id);
  const { name, ...given } = body;
  refuseProblem(namedProblem('function', name));
  const settings = checkedSettings(given);
  if (await findApp(store, project.id, name)) {
    const rule = 'an app of this name has the address of the function';
    throw invalidField({ field: 'name', value: name, rule, fix: 'Choose another name' });
  }
  await requireReferences(store, project.id, { wanted: functionReferences(settings), force: query.force });
  const spec: FunctionSpec = { settings };
  const key = functionKey(project.id, name);
  const created = await createInProject(context, { key, quota: 'functions', specFor: () => spec });
  return viewFunction(functionFrom(created), project, context.facts);
}

async function updateFunction(context: ControlContext, call: Call<'updateFunction'>): Promise<FunctionResource> {
  const { params, query, body, ifMatch } = call;
  const { store } = context;
  const project = await requireOpenProject(store, params.project_id);
  const key = functionKey(project.id, params.name);
  const change = (before: FunctionSettings) => checkedSettings(mergePatch(before, body) as FunctionPatch);
  const { settings: before } = (await requireFunction(store, project.id, params.name)).spec;
  await requireReferences(store, project.id, {
    wanted: functionReferences(change(before)),
    force: query.force,
  });
  const changed = await changeSpec<FunctionSpec>(store, key, {
    ifMatch: requireIfMatch(ifMatch, key),
    decide: (stored) => {
      const { spec } = functionFrom(stored);
      const settings = change(spec.settings);
      return isDeepStrictEqual(spec.settings, settings) ? undefined : { ...spec, settings };
    },
  });
  if (!changed) throw notFound('function', params.name);
  return viewFunction(functionFrom(changed), project, context.facts);
}

function checkedSettings(given: FunctionPatch): FunctionSettings {
  const settings = completeFunctionSettings(given);
  refuseProblem(functionSettingsProblem(settings));
  return settings;
}

function functionReferences(settings: FunctionSettings): readonly ResourceReference[] {
  const { code_secret: name } = settings;
  const references = referencesOf(settings);
  return name === undefined
    ? references
    : [{ kind: 'secret', name, format: 'registry', field: 'code_secret' }, ...references];
}
