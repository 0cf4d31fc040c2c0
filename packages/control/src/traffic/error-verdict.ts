/**
 * Whether a revision answers with so many more server errors than those before it that its requests go back. Pure; the
 * table is in the test.
 */
import type { RollbackSettings } from './traffic-record.ts';

/** Requests and, of them, answers of 500 and more or none at all. */
export interface AnswerCount {
  readonly requests: number;
  readonly errors: number;
}

export interface ErrorScene {
  /** The revision that got requests, since then. */
  readonly candidate: AnswerCount;
  /** Those that had them, in the same time. */
  readonly others: AnswerCount;
  /** The same, all that they had answered when the shares changed: what counts when they get no requests any more. */
  readonly othersBefore: AnswerCount;
}

/** Errors beyond that go back also when too little is known of the revisions before. */
const BLIND_PERCENT_MAX = 50;

/** Undefined when there is nothing to blame, or too little to know. */
export function decideErrorVerdict(
  scene: ErrorScene,
  settings: Omit<RollbackSettings, 'enabled' | 'windowMs'>,
): string | undefined {
  const { candidate, others, othersBefore } = scene;
  if (candidate.requests < settings.requestsMin) return undefined;
  const before = others.requests >= settings.requestsMin ? others : othersBefore;
  const [share, usual] = [percentOfErrors(candidate), percentOfErrors(before)];
  const counted = `it answered ${candidate.errors} of ${candidate.requests} requests with server errors`;
  if (before.requests < settings.requestsMin) return share > BLIND_PERCENT_MAX ? counted : undefined;
  if (share - usual <= settings.errorMarginPercent) return undefined;
  return `${counted} (${share.toFixed(1)} %), the revisions before it ${usual.toFixed(1)} %`;
}

function percentOfErrors({ errors, requests }: AnswerCount): number {
  return requests === 0 ? 0 : (100 * Math.min(errors, requests)) / requests;
}
