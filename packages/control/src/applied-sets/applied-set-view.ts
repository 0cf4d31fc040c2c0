/** A stored applied set in the shape of the API. */
import type { AppliedSet } from '@slipway/spec';
import type { PlatformFacts } from '../control.ts';
import { projectHref } from '../projects/project-view.ts';
import type { AppliedSetRecord } from './applied-set-record.ts';

export function viewAppliedSet(set: AppliedSetRecord, facts: PlatformFacts): AppliedSet {
  return {
    id: set.id,
    name: set.name,
    project_id: set.projectId,
    region: facts.region,
    created_at: set.createdAt,
    applied_at: set.updatedAt,
    href: `${projectHref(set.projectId, facts)}/applied_sets/${set.name}`,
    entity_tag: set.entityTag,
    resource_type: 'applied_set_v2',
    resources: [...set.spec.resources],
  };
}
