/**
 * Port: what ran for how long, durable. A checkpoint is all or nothing, because what it adds and how far each run is
 * metered with it must never part: that is why nothing is counted twice. Its conformance suite runs on SQLite and on a
 * real Postgres.
 */
import type { UsageComponentType } from '@slipway/spec';

/** What is added up together: one size of one revision of an app, or one build run. */
export interface UsageSubject {
  readonly projectId: string;
  readonly componentType: UsageComponentType;
  readonly componentName: string;
  /** '' for what has no revisions. */
  readonly revisionName: string;
  readonly cpuMillis: number;
  readonly memoryBytes: number;
}

/** Running time within one hour of UTC. */
export interface UsageSpan extends UsageSubject {
  /** `2026-01-31T05`. */
  readonly hour: string;
  readonly runningMs: number;
}

export interface MeteredRun {
  readonly runId: string;
  /** The time of the run before this moment is counted. */
  readonly meteredUntilMs: number;
}

export interface UsageCheckpoint {
  readonly spans: readonly UsageSpan[];
  readonly runs: readonly MeteredRun[];
  /** Runs that are forgotten. */
  readonly forgotten: readonly string[];
}

export interface UsageRange {
  /** All projects when undefined. */
  readonly projectId?: string;
  /** First hour. */
  readonly from: string;
  /** First hour that is not in it. */
  readonly until: string;
}

export interface UsageRow extends UsageSubject {
  /** The beginning of the hour's text that periods share: `2026-01-31T05`, `2026-01-31`, `2026-01`, or '' for all. */
  readonly period: string;
  readonly runningMs: number;
}

export interface UsageListQuery extends UsageRange {
  /** How much of the hour's text makes the period. */
  readonly periodLength: number;
  readonly limit: number;
  /** The last row of the page before. */
  readonly after?: Omit<UsageRow, 'runningMs'>;
}

export interface UsageStore {
  listRuns(): Promise<readonly MeteredRun[]>;
  /** Has committed to disk when it returns. Adds to what is there; a run that is known is replaced. */
  record(checkpoint: UsageCheckpoint): Promise<void>;
  /** Ordered by period, project, type, name, revision, and size. */
  list(query: UsageListQuery): Promise<readonly UsageRow[]>;
  /** All of the range, one row for each size. */
  total(range: UsageRange): Promise<readonly Pick<UsageRow, 'cpuMillis' | 'memoryBytes' | 'runningMs'>[]>;
  /** Drops the hours before. */
  deleteBefore(hour: string): Promise<void>;
}
