/**
 * What HAProxy does so that requests can be observed, as text of its configuration; nothing at all when nobody wants it.
 *
 * One line for each request goes into a ring in HAProxy's memory, which the daemon reads over the control socket. So no request
 * waits for anybody: while nobody reads, nothing is kept, and when the reader is too slow HAProxy leaves lines out and counts them
 * (`DroppedLogs`). A request is told once, by the frontend it came in at. Those that it passes after that (from the
 * activator, through a guard) tell which instance it reached, and only of requests that are traced.
 *
 * Instructions of HAProxy for a request by cachegrind, of 34,800 with the rules of the edge alone: the line of the metrics
 * 1,400, of traces 5,000; the trace context 7,900, of which the rewritten header is 4,400. Ids of `uuid` would cost 7,000
 * more: so the first half of a new trace id is drawn for a connection, the second is a hash of that connection's UUID
 * and HAProxy's counter, and serves as the id of our span too. Pure.
 */
import { TRACEPARENT_CHARS, TRACEPARENT_PATTERN } from '../telemetry/trace-context.ts';

/** Beside `off`: what is observed. Traces come with metrics. */
export const OBSERVE_MODES = ['metrics', 'traces'] as const;

export interface ObserveConfig {
  readonly mode: (typeof OBSERVE_MODES)[number];
  /** Of requests that say nothing of it themselves, from 0 to 1. */
  readonly traceRatio: number;
}

/** Where a request came in. */
export const REQUEST_DOORS = ['public', 'private', 'project'] as const;
export type RequestDoor = (typeof REQUEST_DOORS)[number];

export const REQUEST_RING = 'requests';
/** First word of the lines of frontends that a request passes after it came in. */
export const PASSING = 'pass';
/** What the daemon may fall behind: some 5,000 requests. */
const RING_BYTES = 1_048_576;
const LINE_BYTES_MAX = 1_024;
const PATH_BYTES_MAX = 256;
const HOST_BYTES_MAX = 255;
/** The grain of the ratio. */
const RATIO_STEPS = 1_000_000;

export interface ObserveRules {
  /** Sections of their own. */
  readonly sections: string;
  /** What a frontend tells of the requests that come in there. */
  readonly tells: (door: RequestDoor) => string;
  /** What it does with a connection, and with each request after the rules about forged headers. */
  readonly connection: string;
  readonly request: string;
  /** What a frontend does that they pass later. */
  readonly passing: string;
  /** In backends that lead to no instance: which host was asked for. */
  readonly keepsHost: string;
}

const NOTHING: ObserveRules = {
  sections: '',
  tells: () => '',
  connection: '',
  request: '',
  passing: '',
  keepsHost: '',
};

export function renderObserving(config: ObserveConfig | undefined): ObserveRules {
  if (!config) return NOTHING;
  const isTracing = config.mode === 'traces';
  return {
    sections: `ring ${REQUEST_RING}\n    format raw\n    maxlen ${LINE_BYTES_MAX + 64}\n    size ${RING_BYTES}\n\n`,
    tells: (door) => renderLog([door, ...REQUEST_FIELDS, ...(isTracing ? TRACE_FIELDS : [])]),
    connection: isTracing ? '    tcp-request connection set-var(sess.trace) uuid,xxh64,hex,lower\n' : '',
    request: isTracing ? renderContext(config.traceRatio) : '',
    passing: isTracing ? renderPassing() : '',
    keepsHost: '    http-request set-var(txn.host) req.fhdr(host),host_only,lower\n',
  };
}

/** In the order in which telemetry/request-line.ts reads them; HAProxy writes `-` for what is not set. */
const REQUEST_FIELDS = [
  '%b',
  '%s',
  '%ST',
  '%ts',
  '%Ta',
  '%rc',
  '%[var(txn.caller)]',
  '%[var(txn.door)]',
  `%[var(txn.host),bytes(0,${HOST_BYTES_MAX}),url_enc]`,
];
const TRACE_FIELDS = [
  '%Ts%ms',
  '%Th',
  '%Ti',
  '%Tw',
  '%Tc',
  '%Tr',
  '%U',
  '%B',
  '%[method]',
  '%[var(txn.flags)]',
  '%[var(txn.parent)]',
  '%[var(sess.trace)]',
  '%[var(txn.span)]',
  '%[var(txn.path)]',
];
const PASSING_FIELDS = [PASSING, '%b', '%s', '%rc', '%Tw', '%Tc', '%Tr', '%[var(txn.context)]'];

function renderLog(fields: readonly string[]): string {
  return `    log ring@${REQUEST_RING} len ${LINE_BYTES_MAX} format raw daemon info
    log-format "${fields.join(' ')}"
`;
}

/** Flags of a context that is sampled, as numbers. */
const SAMPLED_FLAGS = '1 3';
const HAS_PARENT = '{ var(txn.parent) -m found }';

/**
 * New contexts do not claim to be random (flag 02 of level 2): parsers of level 1 that refuse flags above 01 are in use. The
 * caller's own flag is passed on. `tracestate` belongs to the parent, so without a valid one it goes (section 3.3.1.1).
 */
function renderContext(ratio: number): string {
  const steps = Math.round(ratio * RATIO_STEPS);
  return `
    http-request set-var(txn.parent) req.fhdr(traceparent),bytes(0,${TRACEPARENT_CHARS}) if { req.fhdr(traceparent) -m reg '${TRACEPARENT_PATTERN}' } { req.fhdr_cnt(traceparent) eq 1 }
    http-request set-var-fmt(txn.id) %[var(sess.id)]-%rt
    http-request set-var(txn.span) var(txn.id),xxh64,hex,lower
    http-request set-var(txn.flags) var(txn.parent),field(4,-),hex2i,and(3) if ${HAS_PARENT}
    http-request set-var(txn.flags) rand(${RATIO_STEPS}),add(${steps}),div(${RATIO_STEPS}) unless ${HAS_PARENT}
    http-request set-header traceparent 00-%[var(txn.parent),field(2,-)]-%[var(txn.span)]-0%[var(txn.flags)] if ${HAS_PARENT}
    http-request set-header traceparent 00-%[var(sess.trace)]%[var(txn.span)]-%[var(txn.span)]-0%[var(txn.flags)] unless ${HAS_PARENT}
    http-request del-header tracestate unless ${HAS_PARENT}
    http-request set-var(txn.path) path,bytes(0,${PATH_BYTES_MAX}),url_enc if { var(txn.flags) -m int ${SAMPLED_FLAGS} }`;
}

/** The header is ours by then: whoever comes here was seen by a frontend above. */
function renderPassing(): string {
  return `${renderLog(PASSING_FIELDS)}    http-request set-var(txn.context) req.fhdr(traceparent),bytes(0,${TRACEPARENT_CHARS})
    http-request set-log-level silent unless { var(txn.context) -m end ${SAMPLED_FLAGS} }
`;
}
