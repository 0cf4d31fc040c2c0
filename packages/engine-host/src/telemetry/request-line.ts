/** Reads the lines that HAProxy writes of requests, in the order of proxy/observe-rules.ts. Pure. */
import { ACTIVATOR_SERVER } from '../proxy/haproxy-config.ts';
import { PASSING, REQUEST_DOORS, type RequestDoor } from '../proxy/observe-rules.ts';
import { isSampled, parseTraceparent } from './trace-context.ts';

/** A request that came in and is over. */
export interface RequestLine {
  readonly kind: 'request';
  readonly door: RequestDoor;
  /** `slot3`, `activator`, a guard; or the frontend itself when it went nowhere. */
  readonly backend: string;
  /** The instance, if one is behind the backend. */
  readonly instanceName: string | undefined;
  /** 0 when there was no answer. */
  readonly status: number;
  /** First cause of its end as HAProxy writes it: `-` regular, `C` client, `S` server, lower case after a timeout. */
  readonly endedBy: string;
  readonly durationMs: number;
  readonly retries: number;
  readonly callerName: string | undefined;
  /** What a door's keys begin with, and the host, where the request led to no slot. */
  readonly doorKey: string | undefined;
  readonly host: string | undefined;
  /** Of requests whose trace is sampled. */
  readonly trace: RequestTrace | undefined;
}

export interface RequestTrace extends HopTimes {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly flags: number;
  readonly startMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly method: string;
  readonly path: string;
}

/** 0 for what was not reached. */
export interface HopTimes {
  readonly queueMs: number;
  readonly connectMs: number;
  readonly responseMs: number;
}

/** The instance that a request reached after the activator or a guard. */
export interface PassingLine extends HopTimes {
  readonly kind: 'passing';
  readonly spanId: string;
  readonly backend: string;
  readonly instanceName: string;
  readonly retries: number;
}

const REQUEST_WORDS = 10;
/** Without a trace there is one word instead of the last six. */
const TRACED_WORDS = REQUEST_WORDS + 14;
const UNTRACED_WORDS = TRACED_WORDS - 5;
const PASSING_WORDS = 8;

/** undefined for what is no such line, or was cut. */
export function parseRequestLine(line: string): RequestLine | PassingLine | undefined {
  const words = line.split(' ');
  if (words[0] === PASSING) return parsePassing(words);
  const door = REQUEST_DOORS.find((one) => one === words[0]);
  if (!door || ![REQUEST_WORDS, UNTRACED_WORDS, TRACED_WORDS].includes(words.length)) return undefined;
  const [, backend = '', server = '', status = '', ended = '', duration = '', retries = '', caller, doorKey, host] =
    words;
  return {
    kind: 'request',
    door,
    backend,
    instanceName: instanceOf(server),
    status: count(status),
    endedBy: ended.charAt(0),
    durationMs: count(duration),
    retries: count(retries),
    callerName: given(caller),
    doorKey: given(doorKey),
    host: decoded(given(host)),
    trace: words.length === TRACED_WORDS ? parseTrace(words.slice(REQUEST_WORDS)) : undefined,
  };
}

/** How many lines HAProxy left out of a ring whose reader was behind, which it says before the next one; else 0. */
export function parseDropped(line: string): number {
  const [, count = '0'] = /^(\d{1,15}) events? dropped$/.exec(line) ?? [];
  return Number(count);
}

function parseTrace(words: readonly string[]): RequestTrace | undefined {
  const [acceptedMs, handshake, idle, queue, connect, response, sent, answered, method, ...context] = words;
  const [flagsWord, parentWord, prefix, spanId = '', path] = context;
  const flags = count(flagsWord);
  if (!isSampled({ flags })) return undefined;
  const parent = parseTraceparent(parentWord ?? '');
  return {
    traceId: parent?.traceId ?? `${prefix}${spanId}`,
    spanId,
    parentSpanId: parent?.spanId,
    flags,
    startMs: count(acceptedMs) + count(handshake) + count(idle),
    queueMs: count(queue),
    connectMs: count(connect),
    responseMs: count(response),
    requestBytes: count(sent),
    responseBytes: count(answered),
    method: method ?? '',
    path: decoded(given(path)) ?? '',
  };
}

function parsePassing(words: readonly string[]): PassingLine | undefined {
  const [, backend = '', server = '', retries, queue, connect, response, context = ''] = words;
  const instanceName = instanceOf(server);
  const spanId = parseTraceparent(context)?.spanId;
  if (words.length !== PASSING_WORDS || instanceName === undefined || spanId === undefined) return undefined;
  const times = { queueMs: count(queue), connectMs: count(connect), responseMs: count(response) };
  return { kind: 'passing', spanId, backend, instanceName, retries: count(retries), ...times };
}

const NO_INSTANCE: ReadonlySet<string> = new Set([ACTIVATOR_SERVER, 'guard', 'again', 'relay', 'past', '<NOSRV>']);

function instanceOf(server: string): string | undefined {
  return NO_INSTANCE.has(server) ? undefined : given(server);
}

function given(word: string | undefined): string | undefined {
  return word === undefined || word === '-' || word === '' ? undefined : word;
}

/** HAProxy writes -1 for what was not reached, and `+` before the tries of a request that was sent elsewhere. */
function count(word: string | undefined): number {
  const value = Number(word);
  return Number.isFinite(value) && value > 0 ? value : 0;
}

/** What was cut in the middle of an escape stays as it is. */
function decoded(word: string | undefined): string | undefined {
  if (word === undefined) return undefined;
  try {
    return decodeURIComponent(word);
  } catch (error) {
    if (error instanceof URIError) return word;
    throw error;
  }
}
