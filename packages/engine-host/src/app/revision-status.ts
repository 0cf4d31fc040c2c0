/** What is said about a revision and its instances: pure, from the runner's view of them. */
import type { InstanceObservation, RevisionObservation } from '@slipway/engine';
import { describeFault, type InstanceFault } from './instance-fault.ts';
import type { Place } from './place.ts';

export interface RevisionView {
  readonly appName: string;
  readonly revisionName: string;
  readonly desired: number;
  readonly places: readonly Place[];
  /** Was ready once, now or before the daemon started. */
  readonly isVerified: boolean;
  /** No further try will be made. */
  readonly hasGivenUp: boolean;
  readonly fault: InstanceFault | undefined;
  readonly nextTryAtMs: number | undefined;
}

export function observeRevision(view: RevisionView): RevisionObservation {
  const ready = view.places.filter((place) => place.phase === 'ready').length;
  const { fault } = view;
  const base = { revisionName: view.revisionName, instancesDesired: view.desired, instancesReady: ready };
  const state = stateOf(view, ready);
  if (!fault || ready > 0) return { ...base, state };
  return {
    ...base,
    state,
    fault: fault.fault,
    message: describeFault(view.appName, fault),
    ...(fault.exitCode === undefined ? {} : { exitCode: fault.exitCode }),
    ...(view.nextTryAtMs === undefined ? {} : { nextTryAt: new Date(view.nextTryAtMs).toISOString() }),
  };
}

function stateOf(view: RevisionView, ready: number): RevisionObservation['state'] {
  if (view.hasGivenUp) return 'failed';
  if (!view.isVerified) return 'deploying';
  if (ready > 0) return 'ready';
  return view.fault ? 'failed' : 'idle';
}

export function observePlace(revisionName: string, place: Place): InstanceObservation {
  return {
    instanceName: place.name,
    revisionName,
    state: place.phase === 'starting' ? 'pending' : 'running',
    ready: place.phase === 'ready' && !place.isResting,
    createdAt: place.createdAt,
    ...(place.instance ? { startedAt: place.instance.startedAt } : {}),
    restarts: place.restarts,
  };
}

/** An instance that is gone; without a fault it was asked to go. */
export function observeGone(revisionName: string, place: Place, fault: InstanceFault | undefined): InstanceObservation {
  return {
    ...observePlace(revisionName, place),
    state: fault ? 'failed' : 'succeeded',
    ready: false,
    completedAt: place.end?.completedAt ?? new Date().toISOString(),
    ...(place.end ? { exitCode: place.end.exitCode } : {}),
    reason: goneReason(fault),
  };
}

function goneReason(fault: InstanceFault | undefined): string {
  if (!fault) return 'scaled_down';
  if (fault.fault === 'out_of_memory') return 'oom_killed';
  if (fault.fault === 'never_listened') return 'start_timeout';
  return fault.fault === 'exited' ? 'exit_code' : fault.fault;
}
