/**
 * What HAProxy does so that requests can be observed, as text of its configuration; nothing at all when nobody wants it.
 *
 * One line for each request goes into a ring in HAProxy's memory, which the daemon reads over the control socket. So no
 * request waits for anybody: while nobody reads, old lines are written over, and when the reader is too slow HAProxy leaves new
 * ones out and says how many. A request is told once, by the frontend it came in at. Those that it passes after that (from
 * the activator, through a guard) tell which instance it reached, and only of requests that are traced.
 *
 * Instructions of HAProxy for a request by cachegrind, of 38,500 without any of it: the line of metrics 2,000, what is in
 * flight 1,500; for traces the longer line 1,400 more, and the context 9,800, of which the rewritten header is 3,700. So the ids are no UUIDs of their own, which would
 * take 7,000 more: the first half of a new trace id is drawn for a connection, the second is a hash of that connection's id
 * with HAProxy's counter, and is the id of our span too. Pure.
 */
import { CALLER_HEADER } from './caller-header.ts';
import { MIRRORED_HEADER } from './mesh-rules.ts';
import { ASKED_HOST } from './route-rules.ts';
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
/** Requests in flight, by `<slot>/<caller>/<door>`; what is not known is empty. */
export const FLIGHT_TABLE = 'edges';
/** First word of the lines of frontends that a request passes after it came in. */
export const PASSING = 'pass';
/** What the daemon may fall behind: some 5,000 requests. */
const RING_BYTES = 1_048_576;
/** The longest host and path, in escapes, and the rest. */
const LINE_BYTES_MAX = 2_048;
/** Edges with a request under way at once; those beyond are not shown as such. */
const FLIGHT_EDGES_MAX = 4_096;
const FLIGHT_KEY_BYTES_MAX = 192;
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
  /** What a request is known by: HAProxy's counter behind random bits of its connection. */
  readonly requestId: { readonly made: string; readonly text: string };
  /** What a frontend does that they pass later. */
  readonly passing: string;
  /** In slots: counts what is there. */
  readonly countsFlight: string;
  /** In backends that lead to no instance: which host was asked for. */
  readonly keepsHost: string;
}

/** It is ours by then, as the trace context is: whoever passes was seen by a frontend above. */
const KEEPS_CALLER = `    http-request set-var(txn.caller) req.fhdr(${CALLER_HEADER})\n`;

const SECTIONS = `ring ${REQUEST_RING}
    format raw
    maxlen ${LINE_BYTES_MAX + 64}
    size ${RING_BYTES}

backend ${FLIGHT_TABLE}
    stick-table type string len ${FLIGHT_KEY_BYTES_MAX} size ${FLIGHT_EDGES_MAX} expire 10s store conn_cur

`;

const REQUEST_ID = '%[var(sess.id)]-%rt';

const NOTHING: ObserveRules = {
  sections: '',
  tells: () => '',
  connection: '',
  request: '',
  requestId: { made: '', text: REQUEST_ID },
  passing: '',
  countsFlight: '',
  keepsHost: '',
};

export function renderObserving(config: ObserveConfig | undefined): ObserveRules {
  if (!config) return NOTHING;
  const isTracing = config.mode === 'traces';
  return {
    sections: SECTIONS,
    tells: (door) => renderLog([door, ...REQUEST_FIELDS, ...(isTracing ? TRACE_FIELDS : [])]),
    connection: isTracing ? '    tcp-request connection set-var(sess.trace) uuid,xxh64,hex,lower\n' : '',
    request: isTracing ? renderContext(config.traceRatio) : '',
    // The ids of the context come of it, so then it is made once for both.
    requestId: isTracing
      ? { made: `    http-request set-var-fmt(txn.id) ${REQUEST_ID}\n`, text: '%[var(txn.id)]' }
      : NOTHING.requestId,
    passing: `${KEEPS_CALLER}${isTracing ? renderPassing() : ''}`,
    countsFlight: `    http-request track-sc2 be_name,concat(/,txn.caller,/),concat(,txn.door) table ${FLIGHT_TABLE}\n`,
    keepsHost: `    http-request set-var(txn.host) ${ASKED_HOST}\n`,
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
const TRACE_FIELDS = ['%Ts%ms', '%Th', '%Ti', '%Tw', '%Tc', '%Tr', '%U', '%B', '%[var(txn.traced)]'];
/** Told of sampled requests alone, and made for them alone; in the log it is one more field for the others. */
const TRACED_FIELDS = [
  '%[method]',
  '%[var(txn.flags)]',
  '%[var(txn.parent)]',
  '%[var(sess.trace)]',
  '%[var(txn.span)]',
  `%[path,bytes(0,${PATH_BYTES_MAX}),url_enc]`,
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
    http-request set-var(txn.span) var(txn.id),xxh64,hex,lower
    http-request set-var(txn.flags) var(txn.parent),field(4,-),hex2i,and(3) if ${HAS_PARENT}
    http-request set-var(txn.flags) rand(${RATIO_STEPS}),add(${steps}),div(${RATIO_STEPS}) unless ${HAS_PARENT}
    http-request set-header traceparent 00-%[var(txn.parent),field(2,-)]-%[var(txn.span)]-0%[var(txn.flags)] if ${HAS_PARENT}
    http-request set-header traceparent 00-%[var(sess.trace)]%[var(txn.span)]-%[var(txn.span)]-0%[var(txn.flags)] unless ${HAS_PARENT}
    http-request del-header tracestate unless ${HAS_PARENT}
    http-request set-var-fmt(txn.traced) "${TRACED_FIELDS.join(' ')}" if { var(txn.flags) -m int ${SAMPLED_FLAGS} }`;
}

/** A copy of a call carries the context of the call, and is told by nobody. */
function renderPassing(): string {
  return `${renderLog(PASSING_FIELDS)}    http-request set-var(txn.context) req.fhdr(traceparent),bytes(0,${TRACEPARENT_CHARS})
    http-request set-log-level silent if { req.fhdr(${MIRRORED_HEADER}) -m found }
    http-request set-log-level silent unless { var(txn.context) -m end ${SAMPLED_FLAGS} }
`;
}
