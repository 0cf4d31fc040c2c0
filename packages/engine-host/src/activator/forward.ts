/**
 * Hands a held request back to HAProxy and its answer to the client, both streamed. Headers pass as they came, except
 * those that belong to one connection; the body keeps its framing, trailers pass both ways. Every request is told to HAProxy
 * before its body is there, because in a conversation (gRPC, `Expect`) the client waits for the app to speak.
 */
import {
  Agent,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingMessage,
  type ServerResponse,
} from 'node:http';
import { connect } from 'node:net';
import { pipeline, type Duplex } from 'node:stream';
import { BUCKET_HEADER, DOOR_HEADER, HOP_HEADER } from '../proxy/haproxy-config.ts';
import { renderAnswer } from './activator-answer.ts';

/** Source: RFC 9110 section 7.6.1, and what Node sets itself. */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  HOP_HEADER,
  DOOR_HEADER,
  BUCKET_HEADER,
]);
/** Said to HAProxy by us alone. */
const OWN_HEADERS: ReadonlySet<string> = new Set([HOP_HEADER, DOOR_HEADER, BUCKET_HEADER]);

const NO_BYTES = Buffer.alloc(0);

/** A connection for each request; an agent of its own would only cost. */
export const EACH_ALONE = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });

export interface ForwardTarget {
  readonly request: IncomingMessage;
  readonly innerSocket: string;
  readonly rounds: number;
  readonly door?: string | undefined;
  /** Keeps the request at the revision that was drawn for it. */
  readonly bucket: number | undefined;
}

/** Resolves when the exchange is over; with the error when HAProxy could not be asked. */
export function forwardRequest(
  options: ForwardTarget & {
    readonly response: ServerResponse;
    readonly serverTiming: string;
    readonly signal: AbortSignal;
  },
): Promise<Error | undefined> {
  const { request, response, signal } = options;
  const { promise, resolve } = Promise.withResolvers<Error | undefined>();
  const onward = httpRequest({
    socketPath: options.innerSocket,
    method: request.method,
    path: request.url,
    headers: onwardHeaders(request.rawHeaders, options, bodyFraming(request)),
    agent: EACH_ALONE,
    signal,
  });
  sendHead(onward);
  onward.on('continue', () => response.writeContinue());
  onward.on('response', (answer) => {
    const headers = endToEnd(answer.rawHeaders);
    headers.push('server-timing', options.serverTiming, 'connection', 'close');
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
    // Streams of events must not wait for more to come.
    sendHead(response);
    passTrailers(answer, response);
    pipeline(answer, response, (error) => resolve(error ?? undefined));
  });
  onward.on('error', (error) => {
    if (!response.headersSent && !signal.aborted) {
      const rendered = renderAnswer(
        { status: 502, code: 'app_closed', message: 'The app closed the connection without a complete answer' },
        request.headers.accept,
      );
      response.writeHead(rendered.status, rendered.headers);
      response.end(rendered.body);
    }
    resolve(error);
  });
  passTrailers(request, onward);
  request.pipe(onward);
  return promise;
}

/**
 * Before the body, with the bytes that its values came with: Node reads each byte as a character. `flushHeaders()` would
 * write those characters as UTF-8, nothing sent as bytes does not.
 */
function sendHead(message: OutgoingMessage): void {
  message.write(NO_BYTES);
}

/** Registered before the pipe, so that they are there when it ends the message. They exist in chunked messages alone. */
function passTrailers(from: IncomingMessage, to: OutgoingMessage): void {
  from.on('end', () => {
    if (from.rawTrailers.length > 0) to.addTrailers(pairs(from.rawTrailers));
  });
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) found.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '']);
  return found;
}

/** The whole connection becomes a tunnel: HAProxy's inner frontend speaks HTTP to it, we only pass bytes. */
export function forwardUpgrade(options: ForwardTarget & { readonly socket: Duplex; readonly head: Buffer }): void {
  const { request, socket, head } = options;
  const onward = connect(options.innerSocket);
  const lines: string[] = [`${request.method} ${request.url} HTTP/1.1`];
  const headers = [...keepHeaders(request.rawHeaders, (name) => !OWN_HEADERS.has(name)), ...handoverHeaders(options)];
  for (let at = 0; at < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
  onward.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  onward.write(head);
  const close = () => {
    onward.destroy();
    socket.destroy();
  };
  pipeline(socket, onward, close);
  pipeline(onward, socket, close);
}

function bodyFraming(request: IncomingMessage): readonly string[] {
  return request.headers['transfer-encoding'] === undefined ? [] : ['transfer-encoding', 'chunked'];
}

type Handover = Pick<ForwardTarget, 'bucket' | 'door' | 'rounds'>;

export function onwardHeaders(
  rawHeaders: readonly string[],
  handover: Handover,
  framing: readonly string[],
): readonly string[] {
  // The connection is not used again. But HAProxy would close it right behind the answer, and the end of our request, which
  // Node writes for itself, can be a moment later: the error of that write would take the answer with it.
  return [...endToEnd(rawHeaders), ...framing, 'connection', 'keep-alive', ...handoverHeaders(handover)];
}

function handoverHeaders({ bucket, door, rounds }: Handover): readonly string[] {
  return [
    HOP_HEADER,
    String(rounds),
    ...(door === undefined ? [] : [DOOR_HEADER, door]),
    ...(bucket === undefined ? [] : [BUCKET_HEADER, String(bucket)]),
  ];
}

function endToEnd(rawHeaders: readonly string[]): string[] {
  return keepHeaders(rawHeaders, (name) => !CONNECTION_HEADERS.has(name));
}

/** Names and values in turn, as they came. */
export function keepHeaders(rawHeaders: readonly string[], isKept: (name: string) => boolean): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (isKept(name.toLowerCase())) kept.push(name, rawHeaders[at + 1] ?? '');
  }
  return kept;
}
