/** Takes an app's requests where they are to go, by at most one step, and tells the owner of each change. */
import type { AppObservation } from '@slipway/engine';
import type { AppRecord } from '../apps/app-record.ts';
import type { ControlContext } from '../control-context.ts';
import type { EventContent } from '../events/record-event.ts';
import type { RevisionRecord } from '../revisions/revision-record.ts';
import { decideTraffic, isWatched, type TrafficDecision } from './decide-traffic.ts';
import { decideErrorVerdict, type ErrorScene } from './error-verdict.ts';
import type { ErrorWatch } from './error-watch.ts';
import { DEFAULT_TRAFFIC, isSameShares, type Share, type TrafficStatus } from './traffic-record.ts';

export interface TrafficAdvance extends TrafficDecision {
  readonly events: readonly EventContent[];
}

export interface TrafficGround {
  readonly app: AppRecord;
  readonly revisions: readonly RevisionRecord[];
  readonly latestReady: string | undefined;
  readonly seen: AppObservation | undefined;
  readonly errors: ErrorWatch;
}

/** An instance may die for reasons of its own; a revision of which so many died since it got requests fails. */
const CRASHES_MAX = 3;

export async function advanceTraffic(context: ControlContext, ground: TrafficGround): Promise<TrafficAdvance> {
  const { app, errors, latestReady, revisions, seen } = ground;
  const { traffic: spec = DEFAULT_TRAFFIC } = app.spec;
  const { traffic: status } = app.status;
  const nowMs = context.clock.now().getTime();
  const scenes = await lookAtErrors(context, ground, status);
  const decision = decideTraffic({
    spec,
    status,
    latestReady,
    isReady: (name) => revisions.some((revision) => revision.name === name && revision.status.everReady),
    faultOf: (name) => {
      const crash = crashOf(seen, name, status?.changedAt ?? '');
      return crash ?? (scenes && decideErrorVerdict(scenes(name), spec.rollback));
    },
    nowMs,
  });
  // The errors of those that had the requests until now are compared with: they are counted before they leave.
  if (decision.status?.changedAt !== status?.changedAt) await lookAtErrors(context, ground, decision.status);
  if (!decision.status || !isWatched({ spec, nowMs }, decision.status)) errors.forget(keyOf(app));
  return { ...decision, events: eventsOf(status, decision.status) };
}

async function lookAtErrors(
  { clock, engine }: ControlContext,
  { app, errors }: TrafficGround,
  status: TrafficStatus | undefined,
): Promise<((candidate: string) => ErrorScene) | undefined> {
  const { traffic: spec = DEFAULT_TRAFFIC } = app.spec;
  const nowMs = clock.now().getTime();
  if (!status || !isWatched({ spec, nowMs }, status)) return undefined;
  const metrics = await engine.observeMetrics();
  const { windowMs } = spec.rollback;
  return errors.look({ app: keyOf(app), since: status.changedAt, windowMs, nowMs, metrics });
}

/** Why a revision does not run any more; undefined while it does, or may again. */
function crashOf(seen: AppObservation | undefined, name: string, since: string): string | undefined {
  const revision = seen?.revisions.find((candidate) => candidate.revisionName === name);
  if (revision?.state !== 'failed' || revision.fault === 'no_capacity') return undefined;
  const crashes = seen?.instances.filter(
    ({ completedAt = '', revisionName, state }) => revisionName === name && state === 'failed' && completedAt >= since,
  );
  const isOver = revision.nextTryAt === undefined || (crashes?.length ?? 0) >= CRASHES_MAX;
  return isOver ? (revision.message ?? 'it does not run') : undefined;
}

function eventsOf(before: TrafficStatus | undefined, after: TrafficStatus | undefined): readonly EventContent[] {
  if (!after || (before && isSameShares(before.shares, after.shares))) return [];
  const where = describeShares(after.shares);
  if (after.wentBack) {
    const { message, revisionName } = after.wentBack;
    const text = `Requests go back: ${where}. Revision "${revisionName}" failed: ${message}`;
    return [{ severity: 'warning', reason: 'TrafficMovedBack', message: text, revisionName }];
  }
  const [only] = after.shares.length === 1 ? after.shares : [];
  const about = only && { revisionName: only.revisionName };
  return [{ severity: 'normal', reason: 'TrafficShifted', message: where, ...about }];
}

/** `All requests go to revision "web-00002"`, or the parts. */
function describeShares(shares: readonly Share[]): string {
  const [first] = shares;
  if (shares.length === 1 && first) return `All requests go to revision "${first.revisionName}"`;
  const parts = shares.map(({ percent, revisionName }) => `${percent} % to "${revisionName}"`);
  return `Requests go to several revisions: ${parts.join(', ')}`;
}

function keyOf({ name, projectId }: AppRecord) {
  return { projectId, appName: name };
}
