/**
 * Operations on bindings. A binding needs a service_access secret, and a prefix of its own in its component. An app gets a
 * new revision with each that comes or goes; jobs and functions have theirs kept for the time when they run.
 */
import type { Binding } from '@slipway/spec';
import { findApp } from '../apps/app-record.ts';
import { requireComponent } from '../components/component.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { createInProject } from '../create-in-project.ts';
import { listInProject } from '../list-in-project.ts';
import { requireOpenProject, requireProject } from '../projects/project-record.ts';
import { requireReferences } from '../references/check-references.ts';
import { invalidField, notFound } from '../refuse.ts';
import { newResourceId } from '../resource-id.ts';
import { ensureLatestRevision } from '../revisions/ensure-revision.ts';
import { revisionFrom, revisionKey } from '../revisions/revision-record.ts';
import { walkStore } from '../walk-store.ts';
import { applyBindings } from './apply-bindings.ts';
import {
  bindingFrom,
  bindingKey,
  bindingOwner,
  requireBinding,
  type BindingRecord,
  type BindingSpec,
} from './binding-record.ts';
import { viewBinding } from './binding-view.ts';

type BindingOperations = 'listBindings' | 'createBinding' | 'getBinding' | 'deleteBinding';

export function bindingOperations(context: ControlContext): Pick<OperationHandlers, BindingOperations> {
  const { store } = context;
  return {
    listBindings: async ({ params, query }) => {
      const { items, ...page } = await listInProject(context, {
        kind: 'binding',
        projectId: params.project_id,
        query,
        path: 'bindings',
        toItem: bindingFrom,
      });
      return { bindings: await Promise.all(items.map((binding) => showBinding(context, binding))), ...page };
    },
    createBinding: (call) => createBinding(context, call),
    getBinding: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      return showBinding(context, await requireBinding(store, project.id, params.id));
    },
    deleteBinding: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      const binding = await requireBinding(store, project.id, params.id);
      if (!(await store.delete(bindingKey(project.id, params.id)))) throw notFound('binding', params.id);
      await changeApp(context, binding);
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
  const binding = bindingFrom(created);
  await changeApp(context, binding);
  return showBinding(context, binding);
}

/** The app that was bound or unbound gets its new revision. */
async function changeApp(context: ControlContext, { projectId, spec }: BindingRecord): Promise<void> {
  const { resource_type: type, name } = spec.component;
  const app = type === 'app_v2' ? await findApp(context.store, projectId, name) : undefined;
  if (!app || app.spec.deletedAt !== undefined) return;
  await ensureLatestRevision(context, await applyBindings(context, app));
  context.activate({ kind: 'app', projectId, name });
}

async function showBinding({ facts, store }: ControlContext, binding: BindingRecord): Promise<Binding> {
  const { component, prefix } = binding.spec;
  const app =
    component.resource_type === 'app_v2' ? await findApp(store, binding.projectId, component.name) : undefined;
  const ready = app?.status.latestReadyRevision;
  const stored = ready === undefined ? undefined : await store.get(revisionKey(binding.projectId, ready));
  const bindings = stored ? (revisionFrom(stored).spec.bindings ?? []) : [];
  const isActive = bindings.some((one) => one.prefix === prefix && one.secretName === binding.spec.secretName);
  return viewBinding(binding, { facts, isActive });
}
