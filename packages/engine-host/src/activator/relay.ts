/**
 * A call that HAProxy drew to be delayed or copied: it waits, then goes back to HAProxy, and a copy goes to where copies
 * go. Nobody waits for a copy and nobody reads its answer; it is made when the call's own body is through, if that was not
 * too long and not too many copies are under way.
 */
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { forwardRequest, onwardHeaders } from './forward.ts';
import { MIRRORED_HEADER } from '../proxy/mesh-rules.ts';

export interface RelayOrder {
  readonly delayMs: number;
  /** Where the copy goes, as a name of the project; absent: there is none. */
  readonly mirrorHost?: string;
  readonly door: string | undefined;
  readonly socket: string;
}

/** Of a body that is copied; what is longer is not. */
const COPIED_BYTES_MAX = 64 * 1024;
const COPIES_MAX = 100;
const COPY_MS_MAX = 30_000;
const OWN_HOST_HEADERS: ReadonlySet<string> = new Set(['host', 'content-length']);

let copies = 0;

export async function relayRequest(
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  order: RelayOrder,
  signal: AbortSignal,
): Promise<Error | undefined> {
  const { delayMs, door, mirrorHost, socket } = order;
  if (delayMs > 0) await sleep(delayMs, undefined, { signal, ref: false }).catch(() => undefined);
  if (signal.aborted) return undefined;
  if (mirrorHost !== undefined) copyWhenRead(request, { ...order, mirrorHost });
  const serverTiming = `relay;dur=${delayMs}`;
  return forwardRequest({
    request,
    response,
    innerSocket: socket,
    rounds: 0,
    door,
    bucket: undefined,
    serverTiming,
    signal,
  });
}

function copyWhenRead(request: IncomingMessage, order: RelayOrder & { readonly mirrorHost: string }): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= COPIED_BYTES_MAX) chunks.push(chunk);
    else chunks.length = 0;
  });
  request.on('end', () => {
    if (bytes <= COPIED_BYTES_MAX && copies < COPIES_MAX) sendCopy(request, Buffer.concat(chunks), order);
  });
}

function sendCopy(
  request: IncomingMessage,
  body: Buffer,
  { door, mirrorHost, socket }: RelayOrder & { readonly mirrorHost: string },
): void {
  copies += 1;
  const meant = request.headers.host ?? '';
  const kept = onwardHeaders(request.rawHeaders, { rounds: 0, door, bucket: undefined }, []);
  const headers = withoutNames(kept, OWN_HOST_HEADERS);
  const length = body.length > 0 ? ['content-length', String(body.length)] : [];
  const copy = httpRequest({
    socketPath: socket,
    method: request.method,
    path: request.url,
    headers: [...headers, ...length, 'host', mirrorHost, MIRRORED_HEADER, meant],
    agent: false,
    signal: AbortSignal.timeout(COPY_MS_MAX),
  });
  copy.on('response', (answer) => answer.resume());
  // Whatever becomes of a copy, nobody hears of it.
  copy.on('error', () => undefined);
  copy.on('close', () => {
    copies -= 1;
  });
  copy.end(body);
}

function withoutNames(rawHeaders: readonly string[], names: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!names.has(name.toLowerCase())) kept.push(name, rawHeaders[at + 1] ?? '');
  }
  return kept;
}
