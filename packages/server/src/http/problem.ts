/**
 * The only translation of a failure into HTTP. A Refusal is shown as it is; everything else is the platform's own fault,
 * and the caller learns nothing but the trace under which the operator finds the whole chain of causes in the log.
 */
import { inspect } from 'node:util';
import { Refusal, type ErrorEnvelope } from '@slipway/spec';

export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ErrorEnvelope;
  /** What the log must keep; undefined for an ordinary refusal. */
  readonly logged?: unknown;
}

/** Seconds after which a caller refused for load may come again. */
const RETRY_AFTER_SECONDS = 2;

/** The codes with which Fastify and Node refuse a request before a route of ours sees it. */
const MALFORMED_REQUESTS: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'its path is not valid percent-encoding',
  FST_ERR_MAX_PARAM_LENGTH: 'a part of its path is too long',
  ECONNRESET: 'the connection was closed before it was complete',
};

export function problemFor(error: unknown, trace: string): Problem {
  const refusal = error instanceof Refusal ? error : refusalFor(error);
  if (!refusal) {
    return { ...envelopeFor(new Refusal('internal', { trace }), trace), logged: error };
  }
  const problem = envelopeFor(refusal, trace);
  // A refusal of the platform's making (5xx) has a cause the operator wants to see.
  return refusal.status >= 500 ? { ...problem, logged: refusal } : problem;
}

function refusalFor(error: unknown): Refusal | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = MALFORMED_REQUESTS[code];
  return reason === undefined ? undefined : new Refusal('invalid_body', { reason }, { cause: error });
}

function envelopeFor(refusal: Refusal, trace: string): Problem {
  return {
    status: refusal.status,
    headers: headersFor(refusal),
    body: {
      errors: [{ code: refusal.code, message: refusal.message }],
      trace,
      status_code: refusal.status,
    },
  };
}

function headersFor(refusal: Refusal): Record<string, string> {
  if (refusal.code === 'unauthorized') return { 'www-authenticate': 'Bearer realm="slipway"' };
  if (refusal.code === 'method_not_allowed') return { allow: String(refusal.params['allowed']) };
  if (refusal.code === 'too_many_failures' || refusal.code === 'too_many_requests')
    return { 'retry-after': String(refusal.params['seconds']) };
  if (refusal.code === 'busy') return { 'retry-after': String(RETRY_AFTER_SECONDS) };
  return {};
}

/** One failure with everything that led to it, outermost first, for the log. */
export function causeChain(error: unknown): readonly string[] {
  const chain: string[] = [];
  const seen = new Set<unknown>();
  for (let current = error; current !== undefined && !seen.has(current);) {
    seen.add(current);
    chain.push(current instanceof Error ? (current.stack ?? String(current)) : inspect(current, { depth: 2 }));
    current = current instanceof Error ? current.cause : undefined;
  }
  return chain;
}
