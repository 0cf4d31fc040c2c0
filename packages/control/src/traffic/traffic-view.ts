/** The traffic of an app in the shape of the API: what was stated, and how far that has come. Pure. */
import type { AppTraffic } from '@slipway/spec';
import { urlFor } from '../apps/app-hosts.ts';
import type { AppRecord } from '../apps/app-record.ts';
import { appHref } from '../apps/app-view.ts';
import type { PlatformFacts } from '../control.ts';
import type { ProjectRecord } from '../projects/project-record.ts';
import { isStepping, isWatched, nextStepAtMs } from './decide-traffic.ts';
import { DEFAULT_TRAFFIC, isSameShares, resolveTargets, type Share } from './traffic-record.ts';
import { taggedName } from './traffic-rules.ts';

export interface TrafficSight {
  readonly project: ProjectRecord;
  readonly app: AppRecord;
  /** Revisions that were ready at some time. */
  readonly ready: ReadonlySet<string>;
  readonly nowMs: number;
}

export function viewTraffic(sight: TrafficSight, facts: PlatformFacts): AppTraffic {
  const { app, project } = sight;
  const { settings, traffic: spec = DEFAULT_TRAFFIC } = app.spec;
  const { latestReadyRevision: latestReady, traffic: status } = app.status;
  const urlOf = (tag: string) => {
    const address = { appName: taggedName(tag, app.name), subdomain: project.spec.subdomain };
    return urlFor({ ...address, mapping: settings.managed_domain_mappings }, facts);
  };
  const { rollback, step } = spec;
  return {
    app_name: app.name,
    project_id: app.projectId,
    href: `${appHref(app.projectId, app.name, facts)}/traffic`,
    entity_tag: app.entityTag,
    resource_type: 'app_traffic_v2',
    traffic: spec.targets.map(({ percent, revisionName, tag }) => {
      const name = revisionName ?? latestReady;
      return {
        ...(name !== undefined && { revision_name: name }),
        latest: revisionName === undefined,
        percent,
        ...(tag !== undefined && { tag, url: urlOf(tag) }),
      };
    }),
    ...(step && { step: { percent: step.percent, interval_seconds: step.intervalMs / 1000 } }),
    rollback: {
      enabled: rollback.enabled,
      error_margin_percent: rollback.errorMarginPercent,
      requests_min: rollback.requestsMin,
      window_seconds: rollback.windowMs / 1000,
    },
    revisions_max: spec.revisionsMax,
    status_details: {
      ...standingOf(sight),
      shares: viewShares(status?.shares ?? []),
      previous_shares: viewShares(status?.previous ?? []),
    },
  };
}

type Standing = Pick<AppTraffic['status_details'], 'reason' | 'message' | 'next_step_at'>;

function standingOf({ app, nowMs, ready }: TrafficSight): Standing {
  const { traffic: spec = DEFAULT_TRAFFIC } = app.spec;
  const { latestReadyRevision, traffic: status } = app.status;
  const wanted = resolveTargets(spec.targets, latestReadyRevision);
  const awaited = wanted?.find(({ revisionName }) => !ready.has(revisionName))?.revisionName;
  if (awaited !== undefined) return { reason: 'waiting', message: `Revision "${awaited}" is not ready yet` };
  if (!wanted || !status) return { reason: 'waiting', message: 'No revision has been ready yet' };
  if (status.statement !== spec.statement || !isSameShares(status.target, wanted)) {
    return { reason: 'waiting', message: 'What was stated last is being done' };
  }
  if (status.wentBack) {
    const { message, revisionName } = status.wentBack;
    return { reason: 'went_back', message: `Revision "${revisionName}" gets no requests: ${message}` };
  }
  const stepAtMs = nextStepAtMs(spec, status);
  if (isStepping(status) && stepAtMs !== undefined) {
    return { reason: 'stepping', next_step_at: new Date(stepAtMs).toISOString() };
  }
  return { reason: isWatched({ spec, nowMs }, status) ? 'watching' : 'settled' };
}

function viewShares(shares: readonly Share[]): AppTraffic['status_details']['shares'] {
  return shares.map(({ percent, revisionName }) => ({ revision_name: revisionName, percent }));
}
