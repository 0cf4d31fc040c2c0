/** What is said of an app that does nothing: all its revisions take requests as soon as one comes, and none has instances. Pure. */
import type { AppObservation, AppWorkload, RevisionMetrics } from '@slipway/engine';
import { createDemandHistory, type DemandWindows } from '../scaler/demand-history.ts';
import { RevisionLoad } from './revision-load.ts';
import { observeRevision } from './revision-status.ts';

/** True when nothing is to be done for the app before its first request: no minimum, and nothing that must show that it comes up. */
export function maySleep({ revisions, tags = [], traffic }: AppWorkload): boolean {
  const reached = new Set([...traffic.filter(({ percent }) => percent > 0), ...tags].map((one) => one.revisionName));
  return revisions.every(({ revisionName, scale }) => scale.instancesMin === 0 && reached.has(revisionName));
}

export function observeSleeping({ appName, projectId, revisions }: AppWorkload): AppObservation {
  const calm = { isVerified: true, hasGivenUp: false, fault: undefined, nextTryAtMs: undefined };
  return {
    projectId,
    appName,
    revisions: revisions.map(({ revisionName }) =>
      observeRevision({ appName, revisionName, desired: 0, places: [], ...calm }),
    ),
    instances: [],
  };
}

export function measureSleeping(workload: AppWorkload, windows: DemandWindows): readonly RevisionMetrics[] {
  return workload.revisions.map(({ revisionName, scale }) =>
    new RevisionLoad(workload, revisionName).describe({
      desired: 0,
      places: [],
      demand: createDemandHistory(scale, windows).observe(),
      standby: { instancesFrozen: 0, sandboxesWaiting: 0 },
    }),
  );
}
