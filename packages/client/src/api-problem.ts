/**
 * The two ways a call fails. `ApiProblem`: the platform answered "no" and says why; `code` is one of the catalogue's,
 * so callers switch on it and show `message` as it is. `ApiUnreachable`: there was no complete answer, so the caller
 * cannot know whether a change was made.
 */

export interface ApiProblemFields {
  readonly code: string;
  readonly status: number;
  readonly trace: string;
}

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  /** A code of the error catalogue, e.g. `resource_not_found`; `internal` when the answer was none of ours. */
  readonly code: string;
  readonly status: number;
  /** Names the request in the platform's log; '' when the answer carried none. */
  readonly trace: string;

  constructor(message: string, fields: ApiProblemFields, options?: ErrorOptions) {
    super(message, options);
    this.code = fields.code;
    this.status = fields.status;
    this.trace = fields.trace;
  }
}

export const UNREACHABLE_REASONS = ['refused', 'timeout', 'broken'] as const;
/** `refused`: nobody listens. `timeout`: no answer in time. `broken`: the connection or the answer was cut short. */
export type UnreachableReason = (typeof UNREACHABLE_REASONS)[number];

export class ApiUnreachable extends Error {
  override readonly name = 'ApiUnreachable';
  readonly reason: UnreachableReason;

  constructor(reason: UnreachableReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Reads the error envelope out of a refused answer; an answer of something else (a proxy) becomes `internal`. */
export function problemFor(status: number, body: string): ApiProblem {
  const envelope = parseEnvelope(body);
  if (!envelope) {
    const message = `Cannot understand the answer with status ${status}: it is not from the Slipway API. Check the address`;
    return new ApiProblem(message, { code: 'internal', status, trace: '' });
  }
  return new ApiProblem(envelope.message, { code: envelope.code, status, trace: envelope.trace });
}

function parseEnvelope(body: string): { code: string; message: string; trace: string } | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined;
  }
  const { errors, trace } = (parsed ?? {}) as { errors?: unknown; trace?: unknown };
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const { code, message } = (first ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code !== 'string' || typeof message !== 'string') return undefined;
  return { code, message, trace: typeof trace === 'string' ? trace : '' };
}
