/**
 * How the requests of an app are shared out next: from what is wanted, what is, and how the revisions do. Pure, so that a
 * rollout that was under way when a daemon died goes on with the next one.
 */
import { blendShares, distance } from './blend-shares.ts';
import {
  isSameShares,
  percentOf,
  resolveTargets,
  type Share,
  type TrafficSpec,
  type TrafficStatus,
} from './traffic-record.ts';

/** Between two looks at the errors of a revision that is being watched. */
const LOOK_MS = 1_000;

export interface TrafficScene {
  readonly spec: TrafficSpec;
  readonly status: TrafficStatus | undefined;
  readonly latestReady: string | undefined;
  /** It was ready at some time. */
  readonly isReady: (revisionName: string) => boolean;
  /** What is wrong with one that got requests; a whole sentence without the name of the app. */
  readonly faultOf: (revisionName: string) => string | undefined;
  readonly nowMs: number;
}

export interface TrafficDecision {
  readonly status: TrafficStatus | undefined;
  /** Look again then, at the latest. */
  readonly lookAtMs?: number;
}

/** Moves on by at most one step. */
export function decideTraffic(scene: TrafficScene): TrafficDecision {
  const { spec, status } = scene;
  const wanted = resolveTargets(spec.targets, scene.latestReady);
  if (!wanted || !wanted.every(({ revisionName }) => scene.isReady(revisionName))) return { status };
  if (!status) return { status: settledStatus(scene, wanted) };
  const isNewTry = status.wentBack !== undefined && status.statement !== spec.statement;
  if (isNewTry || !isSameShares(status.target, wanted)) return watch(scene, startStatus(scene, status, wanted));
  const current = status.statement === spec.statement ? status : { ...status, statement: spec.statement };
  if (current.wentBack) return { status: current };
  const canGoBack = isWatched(scene, current) && current.previous.every((share) => scene.isReady(share.revisionName));
  const failed = canGoBack ? gaining(current).find((name) => scene.faultOf(name) !== undefined) : undefined;
  if (failed !== undefined) return { status: backStatus(scene, current, failed) };
  return watch(scene, isStepDue(scene, current) ? steppedStatus(scene, current) : current);
}

export function isStepping({ shares, target, wentBack }: TrafficStatus): boolean {
  return wentBack === undefined && !isSameShares(shares, target);
}

/** When the next step is due; undefined when there is none. */
export function nextStepAtMs(spec: TrafficSpec, status: TrafficStatus): number | undefined {
  return isStepping(status) ? Date.parse(status.changedAt) + (spec.step?.intervalMs ?? 0) : undefined;
}

/** It may still go back by itself. */
export function isWatched({ spec, nowMs }: Pick<TrafficScene, 'spec' | 'nowMs'>, status: TrafficStatus): boolean {
  if (!spec.rollback.enabled || status.wentBack || isSameShares(status.previous, status.target)) return false;
  return isStepping(status) || nowMs < Date.parse(status.changedAt) + spec.rollback.windowMs;
}

/** Revisions that get more requests than before. */
export function gaining({ previous, shares }: Pick<TrafficStatus, 'previous' | 'shares'>): readonly string[] {
  return shares
    .filter(({ percent, revisionName }) => percent > percentOf(previous, revisionName))
    .map(({ revisionName }) => revisionName);
}

function watch(scene: TrafficScene, status: TrafficStatus): TrafficDecision {
  const stepAtMs = nextStepAtMs(scene.spec, status);
  if (isWatched(scene, status)) {
    return { status, lookAtMs: Math.min(stepAtMs ?? Number.POSITIVE_INFINITY, scene.nowMs + LOOK_MS) };
  }
  return { status, ...(stepAtMs !== undefined && { lookAtMs: stepAtMs }) };
}

function isStepDue({ spec, nowMs }: TrafficScene, status: TrafficStatus): boolean {
  const stepAtMs = nextStepAtMs(spec, status);
  return stepAtMs !== undefined && nowMs >= stepAtMs;
}

function settledStatus({ nowMs, spec }: TrafficScene, shares: readonly Share[]): TrafficStatus {
  const changedAt = new Date(nowMs).toISOString();
  return { shares, target: shares, previous: shares, changedAt, statement: spec.statement };
}

/** The first step of another way, from wherever the requests are now. */
function startStatus(scene: TrafficScene, { shares }: TrafficStatus, target: readonly Share[]): TrafficStatus {
  return advanced(scene, { ...settledStatus(scene, shares), target, previous: shares });
}

function steppedStatus(scene: TrafficScene, status: TrafficStatus): TrafficStatus {
  return advanced(scene, { ...status, changedAt: new Date(scene.nowMs).toISOString() });
}

function advanced({ spec }: TrafficScene, status: TrafficStatus): TrafficStatus {
  const { previous, shares, target } = status;
  if (!spec.step) return { ...status, shares: target };
  return { ...status, shares: blendShares(previous, target, distance(previous, shares) + spec.step.percent) };
}

function backStatus(scene: TrafficScene, status: TrafficStatus, revisionName: string): TrafficStatus {
  const { nowMs } = scene;
  const wentBack = { revisionName, message: scene.faultOf(revisionName) ?? 'it failed' };
  return { ...status, shares: status.previous, changedAt: new Date(nowMs).toISOString(), wentBack };
}
