/**
 * Counts the requests of every edge of a project: from outside or from an app, to an app. Bounded: past `EDGES_PER_PROJECT_MAX`
 * further edges of a project are counted together. Counts begin with the daemon, as those of revisions do.
 */
import { EDGE_BUCKETS_MS, type EdgeKey, type EdgeMetrics, type EdgeSource } from '@slipway/engine';

/** 40 apps that all call each other are 1,640; what is more than a picture can show is summed up. */
export const EDGES_PER_PROJECT_MAX = 2_000;

/** How a request ended, as its caller would count it. */
export const EDGE_OUTCOMES = ['answered', 'client_error', 'server_error', 'no_answer', 'canceled'] as const;
export type EdgeOutcome = (typeof EDGE_OUTCOMES)[number];

export interface EdgeRequest {
  readonly key: EdgeKey;
  readonly outcome: EdgeOutcome;
  readonly durationMs: number;
}

export interface EdgeFlight {
  readonly key: EdgeKey;
  readonly requests: number;
}

interface Counts {
  readonly key: EdgeKey;
  readonly outcomes: Record<EdgeOutcome, number>;
  /** One for each bucket, and one for what is slower than all. */
  readonly slots: number[];
  durationSumMs: number;
}

export class EdgeTally {
  readonly #projects = new Map<string, Map<string, Counts>>();

  add({ key, outcome, durationMs }: EdgeRequest): void {
    const counts = this.#countsOf(key);
    counts.outcomes[outcome] += 1;
    const at = EDGE_BUCKETS_MS.findIndex((mostMs) => durationMs <= mostMs);
    const slot = at === -1 ? EDGE_BUCKETS_MS.length : at;
    counts.slots[slot] = (counts.slots[slot] ?? 0) + 1;
    counts.durationSumMs += durationMs;
  }

  /** With what is under way; an edge may have nothing else yet. */
  observe(flights: readonly EdgeFlight[] = []): readonly EdgeMetrics[] {
    const inFlight = new Map<Counts, number>();
    for (const { key, requests } of flights) {
      const counts = this.#countsOf(key);
      inFlight.set(counts, (inFlight.get(counts) ?? 0) + requests);
    }
    const all = [...this.#projects.values()].flatMap((edges) => [...edges.values()]);
    return all.map((counts) => observeCounts(counts, inFlight.get(counts) ?? 0));
  }

  forgetProject(projectId: string): void {
    this.#projects.delete(projectId);
  }

  /** Edges to and from an app that is gone. */
  forgetApp({ projectId, appName }: { readonly projectId: string; readonly appName: string }): void {
    const edges = this.#projects.get(projectId);
    for (const [id, { key }] of edges ?? []) {
      const isFrom = key.source.type === 'app' && key.source.appName === appName;
      if (isFrom || key.targetApp === appName) edges?.delete(id);
    }
  }

  #countsOf(key: EdgeKey): Counts {
    const { projectId } = key;
    const edges = this.#projects.get(projectId) ?? new Map<string, Counts>();
    this.#projects.set(projectId, edges);
    const known = edges.get(idOf(key));
    if (known) return known;
    const kept: EdgeKey =
      edges.size < EDGES_PER_PROJECT_MAX ? key : { projectId, source: { type: 'other' }, targetApp: undefined };
    const counts = edges.get(idOf(kept)) ?? emptyCounts(kept);
    edges.set(idOf(kept), counts);
    return counts;
  }
}

function emptyCounts(key: EdgeKey): Counts {
  return {
    key,
    outcomes: { answered: 0, client_error: 0, server_error: 0, no_answer: 0, canceled: 0 },
    slots: Array.from({ length: EDGE_BUCKETS_MS.length + 1 }, () => 0),
    durationSumMs: 0,
  };
}

function observeCounts({ key, outcomes, slots, durationSumMs }: Counts, requestsInFlight: number): EdgeMetrics {
  let below = 0;
  const buckets = EDGE_BUCKETS_MS.map((atMostMs, at) => {
    below += slots[at] ?? 0;
    return { atMostMs, count: below };
  });
  return {
    ...key,
    requestsTotal: Object.values(outcomes).reduce((sum, count) => sum + count, 0),
    requestsInFlight,
    clientErrorsTotal: outcomes.client_error,
    serverErrorsTotal: outcomes.server_error,
    noAnswersTotal: outcomes.no_answer,
    canceledTotal: outcomes.canceled,
    durationSumMs,
    buckets,
  };
}

function idOf({ source, targetApp }: EdgeKey): string {
  return `${sourceId(source)}>${targetApp ?? ''}`;
}

function sourceId(source: EdgeSource): string {
  return source.type === 'app' ? `app/${source.appName}` : source.type;
}
