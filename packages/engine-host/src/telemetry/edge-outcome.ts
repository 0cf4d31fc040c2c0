/** How a request ended: from its status and from who ended it. Pure. */
import type { EdgeOutcome } from './edge-tally.ts';
import type { RequestLine } from './request-line.ts';

/**
 * What the proxy answers for an app that gave no whole answer, or had no place for the request, is no answer of the app. A
 * client that went away before the answer was complete is nobody's fault. The letters are HAProxy's: `C` client, `S` server,
 * `L`, `P` and `R` the proxy itself, lower case after a timeout.
 */
export function outcomeOf({ endedBy, status }: Pick<RequestLine, 'endedBy' | 'status'>): EdgeOutcome {
  if (/[Cc]/.test(endedBy)) return 'canceled';
  if (/[Ss]/.test(endedBy) || status === 0) return 'no_answer';
  if (status >= 500) return /[LPR]/.test(endedBy) ? 'no_answer' : 'server_error';
  return status >= 400 ? 'client_error' : 'answered';
}
