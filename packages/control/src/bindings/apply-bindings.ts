/**
 * Brings an app in line with its bindings: those it was bound to or unbound from since give it a new revision. Called by
 * the request that changed a binding, so that the revision is there at once, and by reconcile, in case the process died
 * between the two writes.
 */
import { isDeepStrictEqual } from 'node:util';
import { appFrom, appKey, type AppRecord, type AppSpec } from '../apps/app-record.ts';
import { changeSpec } from '../change-spec.ts';
import type { ControlContext } from '../control-context.ts';
import { walkStore } from '../walk-store.ts';
import { bindingFrom, bindingOwner, type AppBinding } from './binding-record.ts';

export async function applyBindings({ store }: Pick<ControlContext, 'store'>, app: AppRecord): Promise<AppRecord> {
  const { projectId, name } = app;
  const owner = bindingOwner({ resource_type: 'app_v2', name });
  const found: AppBinding[] = [];
  for await (const stored of walkStore(store, { kind: 'binding', projectId, owner })) {
    const { prefix, secretName } = bindingFrom(stored).spec;
    found.push({ prefix, secretName });
  }
  const bindings = found.toSorted((one, other) => (one.prefix < other.prefix ? -1 : 1));
  const isApplied = (spec: AppSpec) => isDeepStrictEqual(spec.bindings ?? [], bindings);
  if (isApplied(app.spec)) return app;
  const changed = await changeSpec<AppSpec>(store, appKey(projectId, name), {
    ifMatch: '*',
    decide: (stored) => {
      const { spec } = appFrom(stored);
      if (spec.deletedAt !== undefined || isApplied(spec)) return undefined;
      return { ...spec, bindings, revisionNumber: spec.revisionNumber + 1 };
    },
  });
  return changed ? appFrom(changed) : app;
}
