/**
 * A stored binding in the shape of the API, which has no fixed words for its status: `active` when the revision that
 * takes the requests has the credentials, `pending` until then.
 */
import type { Binding } from '@slipway/spec';
import type { PlatformFacts } from '../control.ts';
import { projectHref } from '../projects/project-view.ts';
import type { BindingRecord } from './binding-record.ts';

export function viewBinding(
  binding: BindingRecord,
  { facts, isActive }: { readonly facts: PlatformFacts; readonly isActive: boolean },
): Binding {
  const { component, prefix, secretName } = binding.spec;
  return {
    id: binding.id,
    component,
    href: `${projectHref(binding.projectId, facts)}/bindings/${binding.id}`,
    prefix,
    project_id: binding.projectId,
    resource_type: 'binding_v2',
    secret_name: secretName,
    status: isActive ? 'active' : 'pending',
  };
}
