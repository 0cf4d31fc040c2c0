/**
 * What a connection to the activator begins with: HAProxy's own header, and behind it the head of one request. Nobody else
 * gets further than the first of them. What follows the head stays where it is until somebody wants it.
 */
import type { Socket } from 'node:net';
import { parseProxyHeader, proxyHeaderBytes, type ProxyIdentity } from './proxy-header.ts';
import { HEAD_BYTES_MAX, headBytes, parseRequestHead, type RequestHead } from './request-head.ts';

export interface Opening {
  readonly identity: ProxyIdentity;
  readonly head: RequestHead;
  /** The head's own bytes, as they came. */
  readonly headBytes: Buffer;
  /** Of the body, as far as it came with the head. */
  readonly rest: Buffer;
}

/** HAProxy sends its header with the connection, so later means that it is somebody else. */
const HEADER_WAIT_MS = 2_000;

/** Undefined when the peer is not HAProxy, goes away, or sends no request. Leaves the socket paused. */
export function readOpening(
  socket: Socket,
  isHaproxy: (identity: ProxyIdentity) => boolean,
): Promise<Opening | undefined> {
  const { promise, resolve } = Promise.withResolvers<Opening | undefined>();
  const timer = setTimeout(() => settle(undefined), HEADER_WAIT_MS);
  let bytes: Buffer = Buffer.alloc(0);
  let identity: ProxyIdentity | undefined;

  function settle(opening: Opening | undefined): void {
    clearTimeout(timer);
    socket.off('data', take);
    for (const event of ['end', 'close', 'error'] as const) socket.off(event, giveUp);
    socket.pause();
    resolve(opening);
  }

  function giveUp(): void {
    settle(undefined);
  }

  /** Undefined while more is to come; false when it is not HAProxy's. */
  function identify(): ProxyIdentity | false | undefined {
    const length = proxyHeaderBytes(bytes);
    if (length === 'foreign') return false;
    if (length === undefined || bytes.length < length) return undefined;
    const found = parseProxyHeader(bytes.subarray(0, length));
    if (!found || !isHaproxy(found)) return false;
    bytes = bytes.subarray(length);
    clearTimeout(timer);
    return found;
  }

  function take(chunk: Buffer): void {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    const known = identity ?? identify();
    if (known === false) return settle(undefined);
    identity = known;
    if (!known) return;
    const end = headBytes(bytes);
    if (end === undefined) return bytes.length > HEAD_BYTES_MAX ? settle(undefined) : undefined;
    const raw = bytes.subarray(0, end);
    settle({ identity: known, head: parseRequestHead(raw), headBytes: raw, rest: bytes.subarray(end) });
  }

  socket.on('data', take);
  for (const event of ['end', 'close', 'error'] as const) socket.on(event, giveUp);
  return promise;
}
