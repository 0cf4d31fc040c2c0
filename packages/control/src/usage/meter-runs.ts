/**
 * What a look at the runs adds to the meter. Pure. For each run the meter knows up to which moment its time is counted;
 * a look counts from there, or from the run's begin, to its end, or to now, and moves the moment along. So however often
 * a run is looked at, and whatever was forgotten in between, no moment of it is counted twice.
 */
import type { MeteredRun, UsageCheckpoint, UsageSpan, UsageSubject } from './usage-store.ts';

export interface ObservedRun extends UsageSubject {
  readonly runId: string;
  readonly startedAt: string;
  readonly endedAt?: string;
}

/** How long the moment of a run is kept that is not seen any more: longer than an engine may take to find it again. */
export const RUN_REST_MS = 60 * 60_000;
export const HOUR_MS = 60 * 60_000;

export function meterRuns(
  observed: readonly ObservedRun[],
  metered: ReadonlyMap<string, number>,
  nowMs: number,
): UsageCheckpoint {
  const moments = new Map<string, number>();
  const sums = new Map<string, UsageSpan>();
  const inOrder = observed.toSorted((one, other) => Date.parse(one.startedAt) - Date.parse(other.startedAt));
  for (const run of inOrder) {
    const before = moments.get(run.runId) ?? metered.get(run.runId);
    const fromMs = Math.max(Date.parse(run.startedAt), before ?? Number.NEGATIVE_INFINITY);
    const untilMs = run.endedAt === undefined ? nowMs : Date.parse(run.endedAt);
    moments.set(run.runId, Math.max(fromMs, untilMs));
    for (const { hour, runningMs } of splitByHour(fromMs, untilMs))
      addSpan(sums, { ...subjectOf(run), hour, runningMs });
  }
  const runs: MeteredRun[] = [];
  for (const [runId, meteredUntilMs] of moments) {
    if (metered.get(runId) !== meteredUntilMs) runs.push({ runId, meteredUntilMs });
  }
  const forgotten = [...metered].flatMap(([runId, untilMs]) =>
    !moments.has(runId) && untilMs < nowMs - RUN_REST_MS ? runId : [],
  );
  return { spans: [...sums.values()], runs, forgotten };
}

/** `2026-01-31T05`. */
export function hourOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 13);
}

/** Nothing when the end is not after the begin. */
export function splitByHour(fromMs: number, untilMs: number): readonly Pick<UsageSpan, 'hour' | 'runningMs'>[] {
  const parts: Pick<UsageSpan, 'hour' | 'runningMs'>[] = [];
  for (let atMs = fromMs; atMs < untilMs;) {
    const nextMs = Math.min(untilMs, (Math.floor(atMs / HOUR_MS) + 1) * HOUR_MS);
    parts.push({ hour: hourOf(atMs), runningMs: nextMs - atMs });
    atMs = nextMs;
  }
  return parts;
}

function subjectOf(run: ObservedRun): UsageSubject {
  const { projectId, componentType, componentName, revisionName, cpuMillis, memoryBytes } = run;
  return { projectId, componentType, componentName, revisionName, cpuMillis, memoryBytes };
}

function addSpan(sums: Map<string, UsageSpan>, span: UsageSpan): void {
  const { runningMs, ...subject } = span;
  const key = JSON.stringify(subject);
  sums.set(key, { ...span, runningMs: runningMs + (sums.get(key)?.runningMs ?? 0) });
}
