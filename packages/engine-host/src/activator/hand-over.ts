/**
 * Hands a held request back to HAProxy, and its answer to the client, as the bytes that HAProxy wrote: only the two heads
 * are changed. So bodies, trailers, `Expect` and tunnels pass as they come, and nobody but HAProxy reads them.
 */
import { connect, type Socket } from 'node:net';
import { answerKind, HEAD_BYTES_MAX, headBytes, renderAnswerHead } from './request-head.ts';

export interface HandOver {
  /** HAProxy's connection on which the request came. */
  readonly socket: Socket;
  readonly way: InnerWay;
  /** Head and what there is of the body. */
  readonly request: Buffer;
  readonly serverTiming: string;
  /** From now on the connection speaks another protocol, and may last for ever. */
  readonly onTunnel: () => void;
}

export type HandOverEnd = { readonly isAnswered: boolean; readonly error?: Error };

/** So long HAProxy keeps a connection for a request that may come soon; it is no match for what boots for seconds. */
const OPEN_UNUSED_MS = 1_000;

/** A connection to HAProxy's inner frontend for one request: opened while it waits, because a quick wake is over soon. */
export class InnerWay {
  readonly #path: string;
  #opened: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  openSoon(): void {
    const opened = connect(this.#path);
    // HAProxy may be away now and back when the request is to go.
    opened.on('error', () => undefined);
    this.#opened = opened;
    this.#timer = setTimeout(() => this.close(), OPEN_UNUSED_MS).unref();
  }

  /** The connection is the caller's. */
  take(): Socket {
    clearTimeout(this.#timer);
    const opened = this.#opened;
    this.#opened = undefined;
    return opened && !opened.destroyed && !opened.readableEnded ? opened : connect(this.#path);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#opened?.destroy();
    this.#opened = undefined;
  }
}

/** Resolves when the exchange is over. Without an answer the client's connection is still open, unless it was the client that left. */
export function handOver(order: HandOver): Promise<HandOverEnd> {
  const { onTunnel, request, serverTiming, socket, way } = order;
  const { promise, resolve } = Promise.withResolvers<HandOverEnd>();
  const onward = way.take();
  let error: Error | undefined;
  let isAnswered = false;
  let head: Buffer = Buffer.alloc(0);

  const leave = () => onward.destroy();
  for (const event of ['end', 'close'] as const) socket.on(event, leave);
  onward.on('error', (cause) => {
    error = cause;
  });
  onward.on('data', take);
  onward.on('close', () => {
    for (const event of ['end', 'close'] as const) socket.off(event, leave);
    socket.unpipe(onward);
    // Cut short: HAProxy must not take it for whole.
    if (isAnswered && error) socket.destroy();
    resolve({ isAnswered, ...(error && { error }) });
  });
  onward.write(request);
  socket.pipe(onward, { end: false });
  return promise;

  function take(chunk: Buffer): void {
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    const end = headBytes(head);
    // A longer one passes unchanged.
    if (end === undefined && head.length <= HEAD_BYTES_MAX) return;
    const first = head.subarray(0, end);
    const kind = end === undefined ? 'other protocol' : answerKind(first);
    const rest = head.subarray(end ?? head.length);
    head = Buffer.alloc(0);
    if (kind === 'interim') {
      socket.write(first);
      if (rest.length > 0) take(rest);
      return;
    }
    if (kind === 'other protocol') onTunnel();
    isAnswered = true;
    socket.write(Buffer.concat([kind === 'final' ? renderAnswerHead(first, serverTiming) : first, rest]));
    onward.off('data', take);
    onward.pipe(socket);
  }
}
