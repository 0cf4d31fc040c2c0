/** An app of a fake machine: what is kept of it, whose turn it is to answer, and what an engine says of it. */
import type {
  InstanceObservation,
  RevisionFault,
  RevisionMetrics,
  RevisionObservation,
  RevisionState,
} from './observation.ts';
import type { AppWorkload, RevisionWorkload } from './workload.ts';

export interface FakeRevision {
  readonly workload: RevisionWorkload;
  readonly cancelStart: () => void;
  state: RevisionState;
  requestsTotal: number;
  serverErrorsTotal: number;
  /** What its program answers with. */
  status: number;
  fault?: RevisionFault;
  exitCode?: number;
  message?: string;
}

export interface FakeApp {
  workload: AppWorkload;
  readonly revisions: Map<string, FakeRevision>;
  /** Requests to its own hosts: what draws the next one's revision. */
  requests: number;
  instances: readonly InstanceObservation[];
}

/** Coprime to 100, so that any hundred requests in a row are shared out exactly. */
const STRIDE = 37;

export function answersTo({ workload }: FakeApp, host: string): boolean {
  return workload.hosts.includes(host) || (workload.tags ?? []).some((tag) => tag.hosts.includes(host));
}

/** Whose turn it is: by tag, or by shares. The share of one that fails is the others'. */
export function revisionInTurn(app: FakeApp, host: string): FakeRevision | undefined {
  const tag = app.workload.tags?.find((candidate) => candidate.hosts.includes(host));
  if (tag) return app.revisions.get(tag.revisionName);
  const drawn = (app.requests * STRIDE) % 100;
  app.requests += 1;
  const shares = app.workload.traffic.filter(({ percent }) => percent > 0);
  let from = 0;
  const own = shares.find(({ percent }) => drawn < (from += percent));
  const able = ({ revisionName }: { readonly revisionName: string }) => {
    const state = app.revisions.get(revisionName)?.state;
    return state === 'ready' || state === 'idle';
  };
  const chosen = own && able(own) ? own : (shares.find(able) ?? own);
  return chosen && app.revisions.get(chosen.revisionName);
}

/** Living instances that are to be replaced. */
export function outdatedInstances({ workload, instances }: FakeApp): readonly InstanceObservation[] {
  const { createdBefore = '', instanceNames = [] } = workload.restart ?? {};
  return instances.filter(
    ({ completedAt, createdAt, instanceName }) =>
      completedAt === undefined && (createdAt < createdBefore || instanceNames.includes(instanceName)),
  );
}

export function observeRevision(app: FakeApp, revision: FakeRevision): RevisionObservation {
  const { revisionName, scale } = revision.workload;
  const ready = app.instances.filter((instance) => instance.revisionName === revisionName && instance.ready);
  const wanted = revision.state === 'idle' ? 0 : Math.max(scale.instancesInitial, scale.instancesMin);
  return {
    revisionName,
    state: revision.state,
    instancesDesired: wanted,
    instancesReady: ready.length,
    ...(revision.fault && { fault: revision.fault }),
    ...(revision.exitCode !== undefined && { exitCode: revision.exitCode }),
    ...(revision.message !== undefined && { message: revision.message }),
  };
}

export function metricsOf(app: FakeApp, revision: FakeRevision): RevisionMetrics {
  const { revisionName, instancesDesired, instancesReady } = observeRevision(app, revision);
  const { concurrencyMax, concurrencyTarget } = revision.workload.scale;
  return {
    projectId: app.workload.projectId,
    appName: app.workload.appName,
    revisionName,
    instancesDesired,
    instancesRequested: instancesReady,
    instancesReady,
    instancesPending: revision.state === 'deploying' ? instancesDesired : 0,
    instancesNotReady: 0,
    instancesTerminating: 0,
    requestsTotal: revision.requestsTotal,
    serverErrorsTotal: revision.serverErrorsTotal,
    requestsInFlight: 0,
    requestsQueued: 0,
    concurrencyTarget: concurrencyTarget || concurrencyMax,
    concurrencyStable: 0,
    concurrencyPanic: 0,
    isPanicking: false,
    instancesFrozen: 0,
    sandboxesWaiting: 0,
    starts: [],
  };
}

export function messageFor(fault: RevisionFault, exitCode: number | undefined): string {
  if (fault === 'exited') return `The program ended with code ${exitCode} before it took a request`;
  return fault === 'never_listened' ? 'The program runs but does not listen on its port' : `The start failed: ${fault}`;
}
