/** Operations on bindings. A binding needs a service_access secret, and a prefix of its own in its component. */
import type { Binding } from '@slipway/spec';
import { requireComponent } from '../components/component.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { createInProject } from '../create-in-project.ts';
import { listInProject } from '../list-in-project.ts';
import { requireOpenProject, requireProject } from '../projects/project-record.ts';
import { requireReferences } from '../references/check-references.ts';
import { invalidField, notFound } from '../refuse.ts';
import { newResourceId } from '../resource-id.ts';
import { walkStore } from '../walk-store.ts';
import { bindingFrom, bindingKey, bindingOwner, requireBinding, type BindingSpec } from './binding-record.ts';
import { viewBinding } from './binding-view.ts';

type BindingOperations = 'listBindings' | 'createBinding' | 'getBinding' | 'deleteBinding';

export function bindingOperations(context: ControlContext): Pick<OperationHandlers, BindingOperations> {
  const { facts, store } = context;
  return {
    listBindings: async ({ params, query }) => {
      const { items, ...page } = await listInProject(context, {
        kind: 'binding',
        projectId: params.project_id,
        query,
        path: 'bindings',
        toItem: (row) => viewBinding(bindingFrom(row), facts),
      });
      return { bindings: items, ...page };
    },
    createBinding: (call) => createBinding(context, call),
    getBinding: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      return viewBinding(await requireBinding(store, project.id, params.id), facts);
    },
    deleteBinding: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      if (!(await store.delete(bindingKey(project.id, params.id)))) throw notFound('binding', params.id);
      return {};
    },
  };
}

async function createBinding(context: ControlContext, { params, body }: Call<'createBinding'>): Promise<Binding> {
  const { store } = context;
  const { component, prefix, secret_name: secretName } = body;
  const project = await requireOpenProject(store, params.project_id);
  await requireComponent(store, project.id, { component, allowed: ['app_v2', 'job_v2', 'function_v2'] });
  await requireReferences(store, project.id, {
    wanted: [{ kind: 'secret', name: secretName, format: 'service_access', field: 'secret_name' }],
    force: 'never',
  });
  const owner = bindingOwner(component);
  for await (const other of walkStore(store, { kind: 'binding', projectId: project.id, owner })) {
    if (bindingFrom(other).spec.prefix !== prefix) continue;
    const rule = 'another binding of the component has this prefix';
    throw invalidField({ field: 'prefix', value: prefix, rule, fix: `Take another one, e.g. ${prefix}_2` });
  }
  const id = newResourceId(context.randomText);
  const spec: BindingSpec = { component, prefix, secretName };
  const created = await createInProject(context, {
    key: bindingKey(project.id, id),
    quota: 'bindings',
    id,
    owner,
    specFor: () => spec,
  });
  return viewBinding(bindingFrom(created), context.facts);
}
