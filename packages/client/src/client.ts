/**
 * A typed client over the operation table: one method per operation, built from the table, so that a new operation
 * needs no line here. Uses `fetch` alone and therefore runs in Node and in browsers. A call resolves with the parsed
 * answer, or throws ApiProblem (the platform said no) or ApiUnreachable (no complete answer). Only reads are repeated,
 * and only while nobody listens yet, because then nothing can have happened.
 */
import {
  OPERATIONS,
  type Body,
  type Operation,
  type OperationId,
  type PathParams,
  type Query,
  type Returns,
} from '@slipway/spec';
import { ApiUnreachable, problemFor } from './api-problem.ts';
import { parseEvents } from './event-stream.ts';
import { parseNdjson } from './ndjson.ts';

/** A JSON answer, and the first byte of a stream, come within this time. */
const ANSWER_TIMEOUT_MS = 30_000;
/** An upload over a slow line. */
const UPLOAD_TIMEOUT_MS = 10 * 60_000;
/** Pauses before a read is repeated because the connection was refused: a platform that restarts is back by then. */
const REFUSED_RETRY_DELAYS_MS: readonly number[] = [100, 300, 900];

export interface ClientOptions {
  /** With or without the `/v2` at its end, e.g. `http://127.0.0.1:8780`. */
  readonly baseUrl: string;
  /** Asked anew for each call when it is a function: a token that ends is replaced by whoever gives it. */
  readonly token: string | (() => Promise<string>);
  readonly fetch?: Fetch;
}

/** The part of fetch() that is used, so that a program may bring a lighter one. */
export type Fetch = (url: string, init: FetchRequest) => Promise<FetchAnswer>;

export interface FetchRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly redirect: 'error';
  readonly body?: string | UploadBody;
  readonly duplex?: 'half';
}

export interface FetchAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly body: AsyncIterable<Uint8Array> | null;
  text(): Promise<string>;
}

/** What an upload may be read from. */
export type UploadBody = Uint8Array | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

type BodyInput<Id extends OperationId> = Id extends 'createSource' ? UploadBody : Body<Id>;
type ParamsPart<Id extends OperationId> = keyof PathParams<Id> extends never
  ? { readonly params?: PathParams<Id> }
  : { readonly params: PathParams<Id> };
type QueryPart<Id extends OperationId> =
  object extends Query<Id> ? { readonly query?: Query<Id> } : { readonly query: Query<Id> };
type BodyPart<Id extends OperationId> = [Body<Id>] extends [undefined] ? object : { readonly body: BodyInput<Id> };
type IfMatchPart<Id extends OperationId> = (typeof OPERATIONS)[Id] extends { ifMatch: true }
  ? { readonly ifMatch: string }
  : object;

type LastEventPart<Id extends OperationId> = (typeof OPERATIONS)[Id] extends { answer: 'events' }
  ? { /** The `id` of the last event that was seen: what came after follows. */ readonly lastEventId?: string }
  : object;

/** The one argument of a method: path parameters, query, body, entity tag, as far as the operation has them. */
export type ClientCall<Id extends OperationId> = ParamsPart<Id> &
  QueryPart<Id> &
  BodyPart<Id> &
  IfMatchPart<Id> &
  LastEventPart<Id> & {
    readonly signal?: AbortSignal;
    /** Replaces the default bound: 30 s, 10 min for uploads; of a stream only its beginning is bounded. */
    readonly timeoutMs?: number;
  };

type ClientMethod<Id extends OperationId> =
  object extends ClientCall<Id>
    ? (call?: ClientCall<Id>) => Promise<Returns<Id>>
    : (call: ClientCall<Id>) => Promise<Returns<Id>>;

/** One method per operation id. A streaming operation resolves, once accepted, with an async iterable of its lines. */
export type Client = { readonly [Id in OperationId]: ClientMethod<Id> };

interface LooseCall {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly lastEventId?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export function createClient(options: ClientOptions): Client {
  const transport: Transport = {
    prefix: `${options.baseUrl.replace(/\/+$/, '').replace(/\/v2$/, '')}/v2`,
    token: async () => (typeof options.token === 'string' ? options.token : await options.token()),
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
  };
  const methods = Object.entries(OPERATIONS).map(([id, operation]: [string, Operation]) => {
    return [id, (call: LooseCall = {}) => perform(transport, operation, call)] as const;
  });
  return Object.fromEntries(methods) as unknown as Client;
}

/** A refusal is JSON always. */
const ACCEPTED = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  events: 'text/event-stream, application/json',
  text: 'text/plain, application/json',
} as const;

interface Transport {
  readonly prefix: string;
  readonly token: () => Promise<string>;
  readonly fetch: Fetch;
}

async function perform(transport: Transport, operation: Operation, call: LooseCall): Promise<unknown> {
  const url = transport.prefix + pathFor(operation.path, call.params ?? {}) + queryTextFor(call.query ?? {});
  const timeoutMs = call.timeoutMs ?? (operation.bodyKind === 'binary' ? UPLOAD_TIMEOUT_MS : ANSWER_TIMEOUT_MS);
  const deadline = new AbortController();
  const signal = call.signal ? AbortSignal.any([call.signal, deadline.signal]) : deadline.signal;
  const token = await transport.token();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  try {
    const response = await send(transport, url, requestFor(operation, { call, signal, token }));
    if (!response.ok) throw problemFor(response.status, await response.text());
    if (operation.answer === 'ndjson' || operation.answer === 'events')
      return readStream(response, { url, callerSignal: call.signal, kind: operation.answer });
    const text = await response.text();
    return operation.answer === 'text' ? text : JSON.parse(text);
  } catch (error) {
    throw failureFor(error, { url, timeoutMs, timedOut: deadline.signal.aborted, callerSignal: call.signal });
  } finally {
    clearTimeout(timer);
  }
}

/** Fills `{name}` holes, percent-encoded; a missing parameter is a programmer's mistake. */
export function pathFor(path: string, params: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_hole, name: string) => {
    const value = params[name];
    if (value === undefined || value === '') throw new TypeError(`Cannot call ${path}: no value for {${name}}`);
    // An encoded dot segment would still be folded away by URL parsing.
    if (value === '.' || value === '..') throw new TypeError(`Cannot call ${path}: {${name}} may not be "${value}"`);
    return encodeURIComponent(value);
  });
}

function queryTextFor(query: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? '' : `?${search.toString()}`;
}

function requestFor(
  operation: Operation,
  { call, signal, token }: { readonly call: LooseCall; readonly signal: AbortSignal; readonly token: string },
): FetchRequest {
  const headers: Record<string, string> = {
    accept: ACCEPTED[operation.answer ?? 'json'],
    authorization: `Bearer ${token}`,
  };
  if (call.lastEventId !== undefined) headers['last-event-id'] = call.lastEventId;
  if (call.ifMatch !== undefined) headers['if-match'] = call.ifMatch;
  // The token must not follow a redirect to somebody else's address.
  const init = { method: operation.method, headers, signal, redirect: 'error' } as const;
  if (call.body === undefined) return init;
  if (operation.bodyKind === 'binary') {
    headers['content-type'] = 'application/octet-stream';
    return { ...init, body: call.body as UploadBody, duplex: 'half' };
  }
  headers['content-type'] = operation.bodyKind === 'merge-patch' ? 'application/merge-patch+json' : 'application/json';
  return { ...init, body: JSON.stringify(call.body) };
}

async function send(transport: Transport, url: string, init: FetchRequest): Promise<FetchAnswer> {
  const delaysMs = init.method === 'GET' ? REFUSED_RETRY_DELAYS_MS : [];
  for (const delayMs of delaysMs) {
    try {
      return await transport.fetch(url, init);
    } catch (error) {
      if (!isRefused(error) || init.signal.aborted) throw error;
      await pause(delayMs, init.signal);
    }
  }
  return await transport.fetch(url, init);
}

/** Ends early when the signal aborts; the fetch that follows then says so. */
function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, delayMs);
  signal.addEventListener('abort', () => resolve(), { once: true });
  return promise.finally(() => clearTimeout(timer));
}

async function* readStream(
  response: FetchAnswer,
  {
    url,
    callerSignal,
    kind,
  }: { readonly url: string; readonly callerSignal: AbortSignal | undefined; readonly kind: 'ndjson' | 'events' },
): AsyncGenerator<unknown, void> {
  if (!response.body) return;
  try {
    yield* kind === 'events' ? parseEvents(response.body) : parseNdjson(response.body);
  } catch (error) {
    throw failureFor(error, { url, timeoutMs: 0, timedOut: false, callerSignal });
  }
}

function failureFor(
  error: unknown,
  context: {
    readonly url: string;
    readonly timeoutMs: number;
    readonly timedOut: boolean;
    readonly callerSignal: AbortSignal | undefined;
  },
): unknown {
  const { host } = new URL(context.url);
  if (context.callerSignal?.aborted) return context.callerSignal.reason;
  if (context.timedOut) {
    const message = `Cannot finish the request to ${host}: no answer within ${context.timeoutMs / 1000} s. Try again`;
    return new ApiUnreachable('timeout', message, { cause: error });
  }
  if (isRefused(error)) {
    const message = `Cannot reach the platform at ${host}: nothing listens there`;
    return new ApiUnreachable('refused', message, { cause: error });
  }
  // fetch() reports every failure of the connection as a TypeError; JSON cut short is a SyntaxError.
  if (!(error instanceof TypeError) && !(error instanceof SyntaxError)) return error;
  const message = `Cannot finish the request to ${host}: the connection or the answer was cut short. Try again`;
  return new ApiUnreachable('broken', message, { cause: error });
}

/** Node says so in the cause; a browser hides it, and then nothing is repeated. */
function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ECONNREFUSED';
}
