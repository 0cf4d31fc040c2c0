/** A stored app with what is seen of it, in the shape of the API. */
import type { AppObservation } from '@slipway/engine';
import type { App } from '@slipway/spec';
import type { PlatformFacts } from '../control.ts';
import { projectHref } from '../projects/project-view.ts';
import type { ProjectRecord } from '../projects/project-record.ts';
import { revisionNameFor, type RevisionRecord } from '../revisions/revision-record.ts';
import { decideRevisionStanding, type RevisionStanding } from '../revisions/revision-status.ts';
import { platformEnvironment } from './app-environment.ts';
import { internalUrlFor, urlFor } from './app-hosts.ts';
import type { AppRecord } from './app-record.ts';
import { decideAppStanding } from './app-status.ts';
import { viewRuntime } from './runtime-view.ts';

export interface AppSight {
  readonly project: ProjectRecord;
  readonly app: AppRecord;
  /** The newest and the serving revision, as far as they are stored. */
  readonly revisions: readonly RevisionRecord[];
  readonly seen: AppObservation | undefined;
}

export function viewApp(sight: AppSight, facts: PlatformFacts): App {
  const { app, project } = sight;
  const { settings, revisionNumber, imageCheck } = app.spec;
  const { subdomain } = project.spec;
  const latestName = revisionNameFor(app.name, revisionNumber);
  const served = app.status.latestReadyRevision;
  const standing = decideAppStanding({
    latest: standingOf(sight, latestName),
    serving: served === undefined || served === latestName ? undefined : standingOf(sight, served),
    imageCheckPending: imageCheck > app.status.imageCheck,
    isLed: app.status.ledRevision === latestName,
    hasLatestFailed: app.status.traffic?.wentBack?.revisionName === latestName,
  });
  const { hasPublicCertificate } = project.status;
  const mapping = settings.managed_domain_mappings;
  const address = { appName: app.name, subdomain, mapping, hasPublicCertificate };
  const about = { facts, projectId: project.id, subdomain, appName: app.name };
  const variables = platformEnvironment({ ...about, revisionName: latestName, port: settings.image_port });
  return {
    ...viewRuntime(settings, variables),
    id: app.id,
    name: app.name,
    project_id: project.id,
    region: facts.region,
    created_at: app.createdAt,
    href: appHref(project.id, app.name, facts),
    entity_tag: app.entityTag,
    endpoint: urlFor(address, facts),
    endpoint_internal: internalUrlFor(address),
    managed_domain_mappings: settings.managed_domain_mappings,
    resource_type: 'app_v2',
    status: standing.status,
    status_details: {
      reason: standing.reason,
      latest_created_revision: latestName,
      ...(served !== undefined && { latest_ready_revision: served }),
    },
  };
}

function standingOf({ revisions, seen }: AppSight, name: string): RevisionStanding | undefined {
  const revision = revisions.find((candidate) => candidate.name === name);
  const observed = seen?.revisions.find((candidate) => candidate.revisionName === name);
  return revision && decideRevisionStanding(revision.status, observed);
}

export function appHref(projectId: string, name: string, facts: Pick<PlatformFacts, 'apiBaseUrl'>): string {
  return `${projectHref(projectId, facts)}/apps/${name}`;
}
