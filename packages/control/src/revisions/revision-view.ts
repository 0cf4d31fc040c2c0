/** A stored revision with what is seen of it, in the shape of the API. */
import type { RevisionObservation } from '@slipway/engine';
import type { AppRevision } from '@slipway/spec';
import { platformEnvironment } from '../apps/app-environment.ts';
import { appHref } from '../apps/app-view.ts';
import { viewRuntime } from '../apps/runtime-view.ts';
import type { PlatformFacts } from '../control.ts';
import type { ProjectRecord } from '../projects/project-record.ts';
import type { RevisionRecord } from './revision-record.ts';
import { decideRevisionStanding } from './revision-status.ts';

export function viewRevision(
  sight: {
    readonly project: ProjectRecord;
    readonly revision: RevisionRecord;
    readonly seen: RevisionObservation | undefined;
  },
  facts: PlatformFacts,
): AppRevision {
  const { project, revision, seen } = sight;
  const { settings } = revision.spec;
  const { image } = revision.status;
  const standing = decideRevisionStanding(revision.status, seen);
  const about = { facts, projectId: project.id, subdomain: project.spec.subdomain, appName: revision.owner };
  const variables = platformEnvironment({ ...about, revisionName: revision.name, port: settings.image_port });
  return {
    ...viewRuntime(settings, variables),
    image_reference: image?.reference ?? settings.image_reference,
    id: revision.id,
    name: revision.name,
    app_name: revision.owner,
    project_id: project.id,
    region: facts.region,
    created_at: revision.createdAt,
    href: `${appHref(project.id, revision.owner, facts)}/revisions/${revision.name}`,
    resource_type: 'app_revision_v2',
    status: standing.status,
    status_details: { actual_instances: seen?.instancesReady ?? 0, reason: standing.reason },
  };
}
