/**
 * Which instances of a revision get no requests for a while, from what they answered lately. Pure. At most half of them
 * are out, those that fail most first, and one that is out comes back when its time is over, or when too few others are
 * left. One that somebody else has taken back is judged anew.
 */
import type { OutlierWorkload } from '@slipway/engine';

/** What an instance has answered since it takes requests; only the change means something. */
export interface AnswerCount {
  readonly name: string;
  readonly answers: number;
  readonly errors: number;
}

interface Memory {
  readonly last: AnswerCount;
  /** Server errors since an answer that was none. */
  readonly streak: number;
  /** Counts at the beginning of each second that still counts, oldest first. */
  readonly seconds: readonly (AnswerCount & { readonly atMs: number })[];
  readonly outUntilMs?: number;
}

export type OutlierMemory = ReadonlyMap<string, Memory>;

export interface OutlierScene {
  readonly settings: OutlierWorkload;
  readonly memory: OutlierMemory;
  /** `isOut`: it really gets no requests. */
  readonly counts: readonly (AnswerCount & { readonly isOut: boolean })[];
  readonly nowMs: number;
}

export interface OutlierDecision {
  readonly memory: OutlierMemory;
  readonly eject: readonly string[];
  readonly readmit: readonly string[];
}

const WINDOW_MS = 30_000;
const SECOND_MS = 1_000;
/** Of the instances. */
const OUT_SHARE_MAX = 0.5;

export function decideOutliers({ counts, memory, nowMs, settings }: OutlierScene): OutlierDecision {
  const next = new Map(
    counts.map(({ isOut, ...count }) => {
      const before = memory.get(count.name);
      const isBack = before?.outUntilMs !== undefined && !isOut;
      return [count.name, remember(isBack ? undefined : before, count, nowMs)];
    }),
  );
  const outMax = Math.floor(counts.length * OUT_SHARE_MAX);
  const readmit: string[] = [];
  const out = [...next].filter(([, { outUntilMs }]) => outUntilMs !== undefined);
  const longest = out.toSorted(([, one], [, other]) => (one.outUntilMs ?? 0) - (other.outUntilMs ?? 0));
  for (const [at, [name, { last, outUntilMs = 0 }]] of longest.entries()) {
    if (outUntilMs > nowMs && longest.length - at <= outMax) continue;
    readmit.push(name);
    next.set(name, freshMemory(last, nowMs));
  }
  const suspects = [...next]
    .filter(([, one]) => one.outUntilMs === undefined && isOutlier(one, settings))
    .toSorted(([, one], [, other]) => shareOf(other) - shareOf(one));
  const eject = suspects.slice(0, Math.max(0, outMax - (longest.length - readmit.length))).map(([name]) => name);
  for (const name of eject) {
    const one = next.get(name);
    if (one) next.set(name, { ...one, outUntilMs: nowMs + settings.ejectionMs });
  }
  return { memory: next, eject, readmit };
}

function remember(before: Memory | undefined, count: AnswerCount, nowMs: number): Memory {
  // A server that was added anew counts from nothing.
  if (!before || count.answers < before.last.answers) return freshMemory(count, nowMs);
  const answers = count.answers - before.last.answers;
  const errors = Math.max(0, count.errors - before.last.errors);
  // Which came first is not known: one good answer among them ends the streak.
  const streak = answers > errors ? 0 : before.streak + errors;
  const young = before.seconds.filter(({ atMs }) => atMs > nowMs - WINDOW_MS);
  const isSecondOver = nowMs - (young.at(-1)?.atMs ?? 0) >= SECOND_MS;
  const seconds = isSecondOver ? [...young, { ...count, atMs: nowMs }] : young;
  return { ...before, last: count, streak, seconds };
}

function freshMemory(count: AnswerCount, nowMs: number): Memory {
  return { last: count, streak: 0, seconds: [{ ...count, atMs: nowMs }] };
}

function isOutlier(memory: Memory, { consecutiveErrors, errorPercent, requestsMin }: OutlierWorkload): boolean {
  if (memory.streak >= consecutiveErrors) return true;
  return answersOf(memory) >= requestsMin && shareOf(memory) * 100 >= errorPercent;
}

function answersOf({ last, seconds }: Memory): number {
  return last.answers - (seconds[0]?.answers ?? last.answers);
}

function shareOf(memory: Memory): number {
  const answers = answersOf(memory);
  const { last, seconds } = memory;
  return answers === 0 ? 0 : (last.errors - (seconds[0]?.errors ?? last.errors)) / answers;
}
