/** What an engine counts of the requests between outside and apps, and between apps: one edge for each pair. */

/** Steps of the histograms, as OpenTelemetry has them for `http.server.request.duration`, and 1 and 2.5 ms below. */
export const EDGE_BUCKETS_MS = [
  1, 2.5, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000,
] as const;

/**
 * Who asked. `outside`: a client of the public edge or of the private entry. `unknown`: an instance of the project that cannot
 * be told by its address any more. `other`: more edges than are counted one by one.
 */
export type EdgeSource =
  | { readonly type: 'outside' | 'unknown' | 'other' }
  | { readonly type: 'app'; readonly appName: string };

export interface EdgeKey {
  readonly projectId: string;
  readonly source: EdgeSource;
  /** undefined where the source is `other`: several apps. */
  readonly targetApp: string | undefined;
}

/** Totals since the engine started, and what is under way. */
export interface EdgeMetrics extends EdgeKey {
  /** Over, however they ended. */
  readonly requestsTotal: number;
  /** At instances of the app, or waiting for one that is awake. */
  readonly requestsInFlight: number;
  /** Answers of 400 to 499. */
  readonly clientErrorsTotal: number;
  /** Answers of 500 and more. */
  readonly serverErrorsTotal: number;
  /** The app gave no answer, or none in time, or not all of it. */
  readonly noAnswersTotal: number;
  /** The client went away before the answer was complete. */
  readonly canceledTotal: number;
  readonly durationSumMs: number;
  /** How many were at most so slow. */
  readonly buckets: readonly { readonly atMostMs: number; readonly count: number }[];
}

export interface EdgesObservation {
  /** False when the operator has requests not observed: then there are no edges. */
  readonly isObserved: boolean;
  readonly edges: readonly EdgeMetrics[];
  readonly telemetry: TelemetryTotals;
}

/** What became of what was observed. */
export interface TelemetryTotals {
  readonly spansSent: number;
  /** The queue was full, the collector refused them, or too many tries failed. */
  readonly spansDropped: number;
  /** Requests that HAProxy or the like told nobody of, because the reader was behind. */
  readonly requestsUntold: number;
  /** Exports that failed, tries counted one by one. */
  readonly exportFailures: number;
}

export const NOT_OBSERVED: EdgesObservation = {
  isObserved: false,
  edges: [],
  telemetry: { spansSent: 0, spansDropped: 0, requestsUntold: 0, exportFailures: 0 },
};
