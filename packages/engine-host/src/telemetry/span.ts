/**
 * One hop of a request through the proxy. What a request came in with and how it ended is told by the frontend it came in
 * at; which instance it reached may be told by a later one, a moment before. Those tellings are kept until they are joined.
 */
import type { EdgeSource } from '@slipway/engine';
import type { SlotOwner } from '../proxy/slot-owner.ts';
import type { EdgeOutcome } from './edge-tally.ts';
import type { PassingLine, RequestLine, RequestTrace } from './request-line.ts';

export interface Span extends Omit<RequestTrace, 'queueMs' | 'connectMs' | 'responseMs'> {
  readonly projectId: string;
  readonly appName: string;
  /** Unknown when it reached no instance. */
  readonly revisionName: string | undefined;
  readonly instanceName: string | undefined;
  readonly source: EdgeSource;
  readonly door: RequestLine['door'];
  readonly status: number;
  readonly outcome: EdgeOutcome;
  readonly durationMs: number;
  /** Until the instance that answered was asked: its app was asleep, or others were tried before. */
  readonly heldMs: number;
  readonly queueMs: number;
  readonly connectMs: number;
  readonly responseMs: number;
  readonly retries: number;
}

/** Held requests at once; the oldest go first, and their spans lack the instance. */
const PASSINGS_MAX = 4_096;

export class PassingLines {
  readonly #lines = new Map<string, PassingLine>();

  add(line: PassingLine): void {
    this.#lines.delete(line.spanId);
    this.#lines.set(line.spanId, line);
    const oldest = this.#lines.keys().next().value;
    if (this.#lines.size > PASSINGS_MAX && oldest !== undefined) this.#lines.delete(oldest);
  }

  take(spanId: string): PassingLine | undefined {
    const line = this.#lines.get(spanId);
    this.#lines.delete(spanId);
    return line;
  }
}

export interface SpanParts {
  readonly line: RequestLine;
  readonly trace: RequestTrace;
  readonly passing: PassingLine | undefined;
  readonly target: Omit<SlotOwner, 'revisionName'> & { readonly revisionName: string | undefined };
  readonly source: EdgeSource;
  readonly outcome: EdgeOutcome;
}

export function spanFor({ line, trace, passing, target, source, outcome }: SpanParts): Span {
  const { door, durationMs, status } = line;
  const { connectMs, queueMs, responseMs } = passing ?? trace;
  const reached = passing ? queueMs + connectMs + responseMs : trace.responseMs;
  const wasHeld = line.instanceName === undefined;
  return {
    ...trace,
    ...target,
    instanceName: passing?.instanceName ?? line.instanceName,
    source,
    door,
    status,
    outcome,
    durationMs,
    heldMs: wasHeld && passing ? Math.max(0, trace.responseMs - reached) : 0,
    queueMs,
    connectMs,
    responseMs,
    retries: line.retries + (passing?.retries ?? 0),
  };
}
