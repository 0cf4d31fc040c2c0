/**
 * Sends spans and metrics to a collector, OTLP over HTTP in JSON. One request at a time, in batches; a collector that is away or
 * slow is tried again with growing pauses while spans wait in a bounded queue. What is dropped is counted, and the first of a
 * row of failures is logged. Metrics are totals: they are not queued, the next ones say more than the last. At the end of the
 * daemon what waits is sent once, as far as the collector takes it at once and within a bound.
 *
 * Answers are judged as OTLP 1.5 has it: 429, 502, 503 and 504 are tried again, after `Retry-After` if there is one; every
 * other refusal would be refused again.
 */
import type { EdgeMetrics } from '@slipway/engine';
import type { HostLog } from '../host-log.ts';
import { readOtlpHeaders } from './otlp-headers.ts';
import { metricsRequestFor, traceRequestFor } from './otlp-json.ts';
import type { Span } from './span.ts';

export interface OtlpTarget {
  /** Of the collector's HTTP receiver; `/v1/traces` and `/v1/metrics` are put behind it. */
  readonly endpoint: string;
  readonly headersFile?: string | undefined;
  /** How long a batch that is not full waits for more; a second without it. */
  readonly batchWaitMs?: number;
}

export interface OtlpExporterParts extends OtlpTarget {
  readonly log: HostLog;
  readonly edges: () => Promise<readonly EdgeMetrics[]>;
  /** Resolves after so long, or when aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Spans that wait; the newest are dropped past it. Some 10 MiB at most. */
export const SPANS_QUEUED_MAX = 8_192;
export const SPANS_PER_BATCH_MAX = 512;
const BATCH_WAIT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 10_000;
export const TRIES_MAX = 6;
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 30_000;
/** For what waits when the daemon stops; a collector that does not answer must not hold it. */
export const FLUSH_MS_MAX = 3_000;
const METRICS_INTERVAL_MS = 60_000;
/** What a collector says is read no further. */
const ANSWER_BYTES_MAX = 65_536;
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

type OtlpPath = '/v1/traces' | '/v1/metrics';

type Outcome =
  | { readonly kind: 'taken'; readonly rejected: number }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'later'; readonly reason: string; readonly afterMs: number | undefined };

export class OtlpExporter {
  readonly #parts: OtlpExporterParts;
  readonly #startMs = Date.now();
  readonly #queue: Span[] = [];
  /** From now on nothing is waited for, and nothing is tried again. */
  readonly #closing = new AbortController();
  /** Nothing more is sent. */
  readonly #ended = new AbortController();
  #running: Promise<unknown> = Promise.resolve();
  /** Called when a span waits and nobody is at work. */
  #wake: () => void = () => undefined;
  /** Of the paths; a collector may take the one and not the other. */
  readonly #failing = new Set<OtlpPath>();
  spansSent = 0;
  spansDropped = 0;
  failures = 0;

  constructor(parts: OtlpExporterParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = Promise.all([this.#sendSpans(), this.#sendMetrics()]);
  }

  /** Sends what waits, and the last totals; what is not taken by then is dropped. */
  async stop(): Promise<void> {
    this.#closing.abort();
    this.#wake();
    const isSent = new AbortController();
    void this.#parts.pause(FLUSH_MS_MAX, isSent.signal).then(() => this.#ended.abort());
    await this.#running;
    isSent.abort();
    this.spansDropped += this.#queue.splice(0).length;
  }

  add(span: Span): void {
    if (this.#queue.length >= SPANS_QUEUED_MAX) {
      this.spansDropped += 1;
      return;
    }
    this.#queue.push(span);
    this.#wake();
  }

  async #sendSpans(): Promise<void> {
    const { batchWaitMs = BATCH_WAIT_MS, pause } = this.#parts;
    const closing = this.#closing.signal;
    while (!this.#ended.signal.aborted) {
      if (this.#queue.length === 0 && closing.aborted) return;
      if (this.#queue.length === 0) await this.#untilAdded();
      if (this.#queue.length < SPANS_PER_BATCH_MAX && !closing.aborted) await pause(batchWaitMs, closing);
      const batch = this.#queue.splice(0, SPANS_PER_BATCH_MAX);
      if (batch.length > 0) await this.#deliver(batch);
    }
  }

  async #untilAdded(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    if (this.#closing.signal.aborted) resolve();
    await promise;
  }

  async #deliver(batch: readonly Span[]): Promise<void> {
    const { pause, random } = this.#parts;
    const { signal } = this.#closing;
    for (let attempt = 1; !this.#ended.signal.aborted; attempt += 1) {
      const outcome = await this.#post('/v1/traces', traceRequestFor(batch));
      if (outcome.kind === 'taken') {
        this.spansSent += batch.length - outcome.rejected;
        this.spansDropped += outcome.rejected;
        return;
      }
      if (outcome.kind === 'refused' || attempt === TRIES_MAX) break;
      // Who does not take this now takes nothing that waits behind it.
      if (signal.aborted) this.#ended.abort();
      else await pause(outcome.afterMs ?? retryDelayMs(attempt, random()), signal);
    }
    this.spansDropped += batch.length;
  }

  async #sendMetrics(): Promise<void> {
    const { edges, pause } = this.#parts;
    const { signal } = this.#closing;
    do {
      await pause(METRICS_INTERVAL_MS, signal);
      const seen = await edges();
      const times = { startMs: this.#startMs, nowMs: Date.now() };
      if (seen.length > 0) await this.#post('/v1/metrics', metricsRequestFor(seen, times));
    } while (!signal.aborted);
  }

  async #post(path: OtlpPath, body: object): Promise<Outcome> {
    const outcome = await this.#ask(path, body);
    this.#note(path, outcome);
    return outcome;
  }

  async #ask(path: OtlpPath, body: object): Promise<Outcome> {
    const { endpoint, headersFile } = this.#parts;
    const signal = AbortSignal.any([this.#ended.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
    try {
      const headers = { ...(await readOtlpHeaders(headersFile)), 'content-type': 'application/json' };
      const url = `${endpoint.replace(/\/+$/, '')}${path}`;
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        redirect: 'manual',
        signal,
      });
      const text = await readBounded(response);
      if (response.ok) return { kind: 'taken', rejected: parseRejected(text) };
      const reason = `it answered ${response.status}`;
      if (!RETRYABLE.has(response.status)) return { kind: 'refused', reason };
      return { kind: 'later', reason, afterMs: parseRetryAfter(response.headers.get('retry-after')) };
    } catch (error) {
      // A file that cannot be read or has a mistake in it may be put right meanwhile, like a collector that is away.
      return { kind: 'later', reason: describe(error), afterMs: undefined };
    }
  }

  /** One line for the first failure in a row, and one for its end. */
  #note(path: OtlpPath, outcome: Outcome): void {
    const { endpoint, log } = this.#parts;
    if (outcome.kind === 'taken') {
      if (this.#failing.delete(path)) log.info('The collector takes again what it is sent', { endpoint, path });
      return;
    }
    if (this.#ended.signal.aborted) return;
    this.failures += 1;
    const { reason } = outcome;
    if (!this.#failing.has(path)) log.warn('The collector does not take what it is sent', { endpoint, path, reason });
    this.#failing.add(path);
  }
}

/** 1 s, 2 s, 4 s … at most 30 s, each between half of it and all of it, so that platforms do not come at once. */
export function retryDelayMs(attempt: number, random: number): number {
  const fullMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (attempt - 1));
  return fullMs * (0.5 + random / 2);
}

/** Seconds; a date is not waited for. Bounded, whatever the collector says. */
export function parseRetryAfter(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/.test(header) ? Math.min(RETRY_MAX_MS, Number(header) * 1000) : undefined;
}

/** `partialSuccess.rejectedSpans` of the answer. */
export function parseRejected(text: string): number {
  try {
    const answer = JSON.parse(text) as { readonly partialSuccess?: { readonly rejectedSpans?: unknown } } | null;
    const rejected = Number(answer?.partialSuccess?.rejectedSpans ?? 0);
    return Number.isSafeInteger(rejected) && rejected > 0 ? Math.min(rejected, SPANS_PER_BATCH_MAX) : 0;
  } catch (error) {
    // An empty answer, or one in another encoding, says nothing of it.
    if (error instanceof SyntaxError) return 0;
    throw error;
  }
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_BYTES_MAX) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Of a failed `fetch` the cause says more. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}
