/** A stored build in the shape of the API. */
import type { Build } from '@slipway/spec';
import type { PlatformFacts } from '../control.ts';
import { projectHref } from '../projects/project-view.ts';
import type { BuildRecord } from './build-record.ts';

export function viewBuild(build: BuildRecord, facts: PlatformFacts): Build {
  const { recipe, output_image, output_secret } = build.spec;
  return {
    ...recipe,
    id: build.id,
    name: build.name,
    project_id: build.projectId,
    region: facts.region,
    created_at: build.createdAt,
    href: `${projectHref(build.projectId, facts)}/builds/${build.name}`,
    entity_tag: build.entityTag,
    output_image,
    output_secret,
    resource_type: 'build_v2',
    status: 'ready',
    status_details: { reason: 'registered' },
  };
}
