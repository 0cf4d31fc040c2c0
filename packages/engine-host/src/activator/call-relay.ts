/**
 * Calls that HAProxy drew to be delayed or copied: each waits, then goes back to HAProxy, and a copy goes to where copies
 * go. Nobody waits for a copy and nobody reads its answer; it is made when the call's own body is through, if that was not
 * too long and not too many copies are under way.
 */
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { MIRRORED_HEADER } from '../proxy/mesh-rules.ts';
import { TIMEOUT_HEADER, WAY_HEADER } from '../proxy/relayed-calls.ts';
import { BUDGET_HEADERS } from '../proxy/retry-budget.ts';
import {
  EACH_ALONE,
  forwardRequest,
  forwardUpgrade,
  keepHeaders,
  onwardHeaders,
  type ForwardTarget,
} from './forward.ts';

export interface RelayOrder {
  readonly delayMs: number;
  /** Where it came in. */
  readonly door: string | undefined;
  /** Absent: there is no copy. */
  readonly copy?: CopyOrder;
}

export interface CopyOrder {
  /** A name of the project. */
  readonly host: string;
  /** Under which the host is known. */
  readonly door: string | undefined;
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The client is gone. */
  readonly signal: AbortSignal;
}

export interface Upgrade extends Pick<Exchange, 'request' | 'signal'> {
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Of a body that is copied; what is longer is not. */
const COPIED_BYTES_MAX = 64 * 1024;
/** Copies that are being made or on their way; for what comes then there is none. */
const COPIES_MAX = 100;
const COPY_MS_MAX = 30_000;
/** They say what is true of the call and not of its copy, which is made once. */
const REPLACED_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  WAY_HEADER,
  TIMEOUT_HEADER,
  ...BUDGET_HEADERS,
]);

export class CallRelay {
  /** Where HAProxy takes calls back. */
  readonly #socket: string;
  #copies = 0;

  constructor(socket: string) {
    this.#socket = socket;
  }

  /** Resolves when the call is over; with the error when HAProxy could not be asked. */
  async relay(exchange: Exchange, { copy, delayMs, door }: RelayOrder): Promise<Error | undefined> {
    const { request, signal } = exchange;
    if (!(await waited(delayMs, signal))) return undefined;
    if (copy && this.#copies < COPIES_MAX) this.#copyWhenRead(request, copy);
    return forwardRequest({ ...exchange, ...this.#targetOf(door), serverTiming: `relay;dur=${delayMs}` });
  }

  /** The connection becomes a tunnel, of which there is no copy. */
  async relayUpgrade(upgrade: Upgrade, { delayMs, door }: RelayOrder): Promise<void> {
    if (await waited(delayMs, upgrade.signal)) forwardUpgrade({ ...upgrade, ...this.#targetOf(door) });
  }

  #targetOf(door: string | undefined): Omit<ForwardTarget, 'request'> {
    return { innerSocket: this.#socket, rounds: 0, door, bucket: undefined };
  }

  #copyWhenRead(request: IncomingMessage, order: CopyOrder): void {
    this.#copies += 1;
    const chunks: Buffer[] = [];
    let bytes = 0;
    let isSent = false;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= COPIED_BYTES_MAX) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on('end', () => {
      if (bytes > COPIED_BYTES_MAX) return;
      isSent = true;
      this.#send(request, { ...order, body: Buffer.concat(chunks) });
    });
    request.on('close', () => {
      if (!isSent) this.#copies -= 1;
    });
  }

  #send(request: IncomingMessage, { body, door, host }: CopyOrder & { readonly body: Buffer }): void {
    const onward = onwardHeaders(request.rawHeaders, { rounds: 0, door, bucket: undefined }, []);
    const kept = keepHeaders(onward, (headerName) => !REPLACED_HEADERS.has(headerName));
    const length = body.length > 0 ? ['content-length', String(body.length)] : [];
    const meant = ['host', host, MIRRORED_HEADER, request.headers.host ?? ''];
    const copy = httpRequest({
      socketPath: this.#socket,
      method: request.method,
      path: request.url,
      headers: [...kept, ...length, ...meant],
      agent: EACH_ALONE,
      signal: AbortSignal.timeout(COPY_MS_MAX),
    });
    copy.on('response', (answer) => answer.resume());
    // Whatever becomes of a copy, nobody hears of it.
    copy.on('error', () => undefined);
    copy.on('close', () => {
      this.#copies -= 1;
    });
    copy.end(body);
  }
}

/** False when the client went away meanwhile. */
async function waited(delayMs: number, signal: AbortSignal): Promise<boolean> {
  if (delayMs > 0) await sleep(delayMs, undefined, { signal, ref: false }).catch(() => undefined);
  return !signal.aborted;
}
