/**
 * The traffic of an app as it is stored. The spec holds what its owner stated; the status how far that has come, and
 * whether it went back.
 */
import { REVISIONS_PER_APP_MAX, TRAFFIC_DEFAULTS } from '@slipway/spec';

export interface Share {
  readonly revisionName: string;
  readonly percent: number;
}

export interface TrafficTarget {
  /** Absent: the latest one that is ready. */
  readonly revisionName?: string;
  readonly percent: number;
  readonly tag?: string;
}

export interface TrafficStep {
  readonly percent: number;
  readonly intervalMs: number;
}

export interface RollbackSettings {
  readonly enabled: boolean;
  readonly errorMarginPercent: number;
  readonly requestsMin: number;
  readonly windowMs: number;
}

export interface TrafficSpec {
  readonly targets: readonly TrafficTarget[];
  readonly step?: TrafficStep;
  readonly rollback: RollbackSettings;
  readonly revisionsMax: number;
  /** Grows with each statement: one that is repeated after a revision failed is another try. */
  readonly statement: number;
}

export const DEFAULT_TRAFFIC: TrafficSpec = {
  targets: [{ percent: 100 }],
  rollback: {
    enabled: TRAFFIC_DEFAULTS.rollbackEnabled,
    errorMarginPercent: TRAFFIC_DEFAULTS.errorMarginPercent,
    requestsMin: TRAFFIC_DEFAULTS.requestsMin,
    windowMs: TRAFFIC_DEFAULTS.windowSeconds * 1000,
  },
  revisionsMax: REVISIONS_PER_APP_MAX,
  statement: 0,
};

export interface TrafficStatus {
  /** What the requests are shared out by now; sums to 100. */
  readonly shares: readonly Share[];
  /** Where they are going. */
  readonly target: readonly Share[];
  /** Where they went before, and go when a revision fails. */
  readonly previous: readonly Share[];
  /** When the shares changed last (ISO 8601). */
  readonly changedAt: string;
  readonly statement: number;
  /** It went back. */
  readonly wentBack?: { readonly revisionName: string; readonly message: string };
}

/** The shares of the targets, with the revision that `latest` means; undefined while it means none. */
export function resolveTargets(
  targets: readonly TrafficTarget[],
  latestReady: string | undefined,
): readonly Share[] | undefined {
  const percents = new Map<string, number>();
  for (const { percent, revisionName = latestReady } of targets) {
    if (percent === 0) continue;
    if (revisionName === undefined) return undefined;
    percents.set(revisionName, (percents.get(revisionName) ?? 0) + percent);
  }
  return [...percents].map(([revisionName, percent]) => ({ revisionName, percent }));
}

export function isSameShares(one: readonly Share[], other: readonly Share[]): boolean {
  return one.length === other.length && one.every((share) => percentOf(other, share.revisionName) === share.percent);
}

export function percentOf(shares: readonly Share[], revisionName: string): number {
  return shares.find((share) => share.revisionName === revisionName)?.percent ?? 0;
}

/** Revisions that must stay: whoever has a share now, is to have one, or has a tag. */
export function revisionsInTraffic(
  spec: TrafficSpec | undefined,
  status: TrafficStatus | undefined,
): ReadonlySet<string> {
  const named = (spec ?? DEFAULT_TRAFFIC).targets.flatMap(({ revisionName }) => revisionName ?? []);
  const shares = status ? [...status.shares, ...status.target] : [];
  return new Set([...named, ...shares.map(({ revisionName }) => revisionName)]);
}
