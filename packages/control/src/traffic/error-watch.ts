/**
 * The answers of an app's revisions since its shares changed, as far back as errors count. In memory: a new daemon counts
 * anew. The engine counts; here is only remembered what it had counted.
 */
import type { AppKey, RevisionMetrics } from '@slipway/engine';
import type { AnswerCount, ErrorScene } from './error-verdict.ts';

interface Look {
  readonly atMs: number;
  readonly counts: ReadonlyMap<string, AnswerCount>;
}

interface Watched {
  /** The change that is watched. */
  readonly since: string;
  /** As it was then. */
  readonly before: Look;
  readonly looks: Look[];
}

const NONE: AnswerCount = { requests: 0, errors: 0 };
/** Looks that are kept of one app; the window is divided into so many at most. */
const LOOKS_MAX = 60;

export interface WatchLook {
  readonly app: AppKey;
  /** Names the change: another one is counted from its own beginning. */
  readonly since: string;
  readonly windowMs: number;
  readonly nowMs: number;
  readonly metrics: readonly RevisionMetrics[];
}

export class ErrorWatch {
  readonly #watched = new Map<string, Watched>();

  /** What each revision has answered in the window. */
  look({ app, metrics, nowMs, since, windowMs }: WatchLook): (candidate: string) => ErrorScene {
    const id = idOf(app);
    const known = this.#watched.get(id);
    const now: Look = { atMs: nowMs, counts: countsOf(app, metrics) };
    const watched = known?.since === since ? known : { since, before: now, looks: [] };
    this.#watched.set(id, watched);
    const { before, looks } = watched;
    const last = looks.at(-1);
    if (!last || nowMs - last.atMs >= windowMs / LOOKS_MAX) looks.push(now);
    while (looks.length > 1 && (looks[1]?.atMs ?? nowMs) <= nowMs - windowMs) looks.shift();
    const first = looks[0] ?? now;
    return (candidate) => sceneOf(candidate, { before, first, now });
  }

  forget(app: AppKey): void {
    this.#watched.delete(idOf(app));
  }
}

function sceneOf(
  candidate: string,
  { before, first, now }: { readonly before: Look; readonly first: Look; readonly now: Look },
): ErrorScene {
  const names = [...new Set([...before.counts.keys(), ...now.counts.keys()])].filter((name) => name !== candidate);
  const since = (name: string) => grown(first.counts.get(name), now.counts.get(name) ?? NONE);
  return {
    candidate: since(candidate),
    others: names.map(since).reduce(add, NONE),
    othersBefore: names.map((name) => before.counts.get(name) ?? NONE).reduce(add, NONE),
  };
}

/** An engine that was started anew counts from zero. */
function grown(before: AnswerCount = NONE, now: AnswerCount): AnswerCount {
  if (now.requests < before.requests || now.errors < before.errors) return now;
  return { requests: now.requests - before.requests, errors: now.errors - before.errors };
}

function add(one: AnswerCount, other: AnswerCount): AnswerCount {
  return { requests: one.requests + other.requests, errors: one.errors + other.errors };
}

function countsOf(
  { appName, projectId }: AppKey,
  metrics: readonly RevisionMetrics[],
): ReadonlyMap<string, AnswerCount> {
  return new Map(
    metrics
      .filter((one) => one.projectId === projectId && one.appName === appName)
      .map((one) => [one.revisionName, { requests: one.requestsTotal, errors: one.serverErrorsTotal }]),
  );
}

function idOf({ appName, projectId }: AppKey): string {
  return `${projectId}/${appName}`;
}
