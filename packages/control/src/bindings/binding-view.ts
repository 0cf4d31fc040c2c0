/**
 * A stored binding in the shape of the API. The credentials are not given to instances yet: the status says `pending`,
 * for which the API has no fixed words.
 */
import type { Binding } from '@slipway/spec';
import type { PlatformFacts } from '../control.ts';
import { projectHref } from '../projects/project-view.ts';
import type { BindingRecord } from './binding-record.ts';

export function viewBinding(binding: BindingRecord, facts: PlatformFacts): Binding {
  const { component, prefix, secretName } = binding.spec;
  return {
    id: binding.id,
    component,
    href: `${projectHref(binding.projectId, facts)}/bindings/${binding.id}`,
    prefix,
    project_id: binding.projectId,
    resource_type: 'binding_v2',
    secret_name: secretName,
    status: 'pending',
  };
}
