/**
 * Takes the requests that HAProxy has no instance for: finds the app by host, asks for an instance, holds the request
 * without reading its body, and hands it back to HAProxy, whose limits then apply to it as to every other. A miss
 * handler: nothing that is awake comes through here. HAProxy alone reads what is sent; here a request is a head and bytes.
 *
 * Bounds: requests held per app, time held, rounds per request. A client that goes away gives its place back.
 */
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { StartTimes } from '@slipway/engine';
import type { HostLog } from '../host-log.ts';
import type { Endpoint } from '../proxy/haproxy-config.ts';
import { routeKeyFor } from '../proxy/route-keys.ts';
import { doorPastGuard } from '../proxy/source-guard.ts';
import { answerOverloaded, answerUnknownHost, hostOf, renderAnswer, type ActivatorAnswer } from './activator-answer.ts';
import { CallRelay, type RelayOrder } from './call-relay.ts';
import { copyOrderFor } from '../proxy/mesh-rules.ts';
import { handOver, InnerWay } from './hand-over.ts';
import { readOpening, type Opening } from './opening.ts';
import { isSameToken, type ProxyIdentity } from './proxy-header.ts';
import { HEAD_BYTES_MAX, headerOf, renderOnwardHead, type Handover } from './request-head.ts';
import { renderServerTiming } from './server-timing.ts';

export interface HeldRequest {
  /** As the app's hosts are told to HAProxy. */
  readonly host: string;
  /** What HAProxy drew for it, from 0 to 99. */
  readonly bucket: number | undefined;
}

export interface Woken {
  /** What was waited for; absent when there was an instance already. */
  readonly start?: StartTimes;
  /** Keeps the request at its revision, if the app shares its requests out. */
  readonly bucket?: number;
}

/** An app as the activator sees it. */
export interface Wakeable {
  /** Unique on the platform. */
  readonly key: string;
  readonly appName: string;
  /**
   * Resolves when HAProxy has an instance for it, with the start that was waited for and what keeps the request at its
   * revision; rejects with an error that `explain` understands.
   */
  waitRoutable(request: HeldRequest, signal: AbortSignal): Promise<Woken>;
  /** The owner's sentence for a rejection; undefined when the platform itself failed. */
  explain(error: unknown): string | undefined;
}

export interface ActivatorParts {
  readonly endpoint: Endpoint;
  /** What HAProxy, and nobody else, begins its connections with. */
  readonly token: () => Promise<string>;
  /** HAProxy's private frontend. */
  readonly innerSocket: string;
  /** And the one of calls that it had us delay or copy. */
  readonly relayedSocket: string;
  /** `door`: where the request came in; undefined at the public edge. */
  readonly find: (door: string | undefined, host: string) => Wakeable | undefined;
  readonly holdMs: number;
  readonly waitingPerAppMax: number;
  readonly log: HostLog;
}

export const WAITING_PER_APP_MAX = 1_000;
/** A request whose instance died between two hops is held again, this often. */
const ROUNDS_MAX = 3;
/** For forwarded requests when the daemon stops. A tunnel may last for ever, so it is cut. */
const STOP_GRACE_MS = 5_000;
/** As long as a timer of Node can take. */
const TIMER_MS_MAX = 2 ** 31 - 1;
const HELD_TOO_LONG = new Error('The request was held as long as it may be');
const MALFORMED =
  'HTTP/1.1 400 Bad Request\r\ncontent-length: 25\r\nconnection: close\r\n\r\nThe request is malformed\n';

export interface Activator {
  start(): Promise<void>;
  /** Takes no new requests; those that are being forwarded may finish, within a bound. */
  stop(): Promise<void>;
}

export function createActivator(parts: ActivatorParts): Activator {
  return new HttpActivator(parts);
}

type Held =
  | { readonly answer: ActivatorAnswer; readonly handover?: undefined; readonly start?: undefined }
  | { readonly answer?: undefined; readonly handover: Handover; readonly start: StartTimes | undefined };

class HttpActivator implements Activator {
  readonly #parts: ActivatorParts;
  /** Requests held now, by app. */
  readonly #held = new Map<string, number>();
  /** Connections that have not said yet whose they are. */
  readonly #unknown = new Set<Socket>();
  /** Those with a request that is held or was handed over. */
  readonly #open = new Set<Socket>();
  /** Those that speak another protocol now. */
  readonly #tunnels = new Set<Duplex>();
  /** Listens for all; it reads the calls that HAProxy wants relayed. */
  readonly #server: Server;
  readonly #serveHttp: (socket: Socket) => void;
  readonly #relay: CallRelay;
  /** What HAProxy says of a call that it wants relayed: what a client says of it never comes here. */
  readonly #told = new WeakMap<Duplex, ProxyIdentity>();
  #token = '';

  constructor(parts: ActivatorParts) {
    this.#parts = parts;
    this.#relay = new CallRelay(parts.relayedSocket);
    // HAProxy has checked and bounded the request already; its own timeouts apply, and nobody need look for late ones.
    this.#server = createServer({
      requireHostHeader: false,
      requestTimeout: 0,
      headersTimeout: 0,
      connectionsCheckingInterval: TIMER_MS_MAX,
      maxHeaderSize: HEAD_BYTES_MAX,
    });
    const [serveHttp] = this.#server.listeners('connection');
    this.#serveHttp = (socket) => serveHttp?.call(this.#server, socket);
    this.#server.removeAllListeners('connection');
    this.#server.on('connection', (socket) => {
      this.#admit(socket).catch((error: unknown) => this.#giveUp(socket, error));
    });
    // Whether a body that was announced may come is the app's to say.
    for (const event of ['request', 'checkContinue'] as const)
      this.#server.on(event, (request, response) => {
        this.#relayCall(request, response).catch((error: unknown) => this.#giveUp(request.socket, error));
      });
    this.#server.on('upgrade', (request, socket, head) => {
      this.#relayUpgrade(request, socket, head).catch((error: unknown) => this.#giveUp(socket, error));
    });
    // Node's parser is stricter than HAProxy's in a few bytes.
    this.#server.on('clientError', (_error, socket) => {
      if (socket.writable) socket.end(MALFORMED);
    });
  }

  /** A request begins only after HAProxy's token; until then a connection is anybody's. */
  async #admit(socket: Socket): Promise<void> {
    this.#unknown.add(socket);
    socket.on('error', () => socket.destroy());
    const opening = await readOpening(socket, ({ token }) => isSameToken(token, this.#token));
    this.#unknown.delete(socket);
    if (!opening) {
      socket.destroy();
      return;
    }
    const { headBytes, identity, rest } = opening;
    if (relayOrderOf(identity)) {
      this.#told.set(socket, identity);
      socket.unshift(Buffer.concat([headBytes, rest]));
      this.#serveHttp(socket);
      socket.resume();
      return;
    }
    this.#open.add(socket);
    socket.on('close', () => {
      this.#open.delete(socket);
      this.#tunnels.delete(socket);
    });
    await this.#serve(socket, opening);
  }

  async start(): Promise<void> {
    this.#token = await this.#parts.token();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    const { address, port } = this.#parts.endpoint;
    this.#server.listen(port, address, resolve);
    await promise;
    this.#server.off('error', reject);
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => {
      this.#server.closeAllConnections();
      for (const socket of this.#open) socket.destroy();
    }, STOP_GRACE_MS);
    for (const socket of [...this.#tunnels, ...this.#unknown]) socket.destroy();
    await promise;
    clearTimeout(timer);
  }

  /** The answer to give, or how to go on when HAProxy has an instance now. Aborts `leaving` itself when that takes too long. */
  async #hold({ head, identity }: Opening, leaving: AbortController, way: InnerWay): Promise<Held> {
    const { find, waitingPerAppMax, holdMs, log } = this.#parts;
    const host = hostOf(headerOf(head, 'host'));
    const { hops, bucket } = identity;
    // What passed a guard that was lifted meanwhile is led as all others are.
    const door = find(identity.door, host) ? identity.door : doorPastGuard(identity.door);
    const app = find(door, host);
    if (!app) return { answer: answerUnknownHost(host) };
    const { key, appName } = app;
    if (hops >= ROUNDS_MAX) return { answer: answerUnavailable(`"${appName}" has no instance that takes requests`) };
    if ((this.#held.get(key) ?? 0) >= waitingPerAppMax) {
      return { answer: answerOverloaded(appName, waitingPerAppMax) };
    }
    this.#count(key, 1);
    const timer = setTimeout(() => leaving.abort(HELD_TOO_LONG), holdMs);
    way.openSoon();
    try {
      const woken = await app.waitRoutable({ host: routeKeyFor(door, host) ?? host, bucket }, leaving.signal);
      return { handover: { rounds: hops + 1, door, bucket: woken.bucket }, start: woken.start };
    } catch (error) {
      const reason = app.explain(error);
      if (leaving.signal.reason === HELD_TOO_LONG && reason === undefined)
        return { answer: answerTimeout(appName, holdMs) };
      if (reason === undefined && !leaving.signal.aborted) log.error('An app cannot be woken', { app: key, error });
      return { answer: answerUnavailable(reason ?? `"${appName}" cannot start: the platform failed`) };
    } finally {
      clearTimeout(timer);
      this.#count(key, -1);
    }
  }

  #count(key: string, change: number): void {
    const held = (this.#held.get(key) ?? 0) + change;
    if (held === 0) this.#held.delete(key);
    else this.#held.set(key, held);
  }

  async #serve(socket: Socket, opening: Opening): Promise<void> {
    const { innerSocket, log } = this.#parts;
    const startedAt = performance.now();
    const way = new InnerWay(innerSocket);
    const leaving = new AbortController();
    const leave = () => leaving.abort(new Error('The client went away'));
    const isGone = () => socket.readableEnded || socket.destroyed;
    for (const event of ['end', 'close'] as const) socket.on(event, leave);
    if (isGone()) leave();
    const { answer, handover, start } = await this.#hold(opening, leaving, way);
    if (isGone() || answer) way.close();
    if (isGone()) {
      socket.destroy();
      return;
    }
    if (answer) {
      sendAnswer(socket, opening, answer);
      return;
    }
    const { isAnswered, error } = await handOver({
      socket,
      way,
      request: Buffer.concat([renderOnwardHead(opening.head, handover), opening.rest]),
      serverTiming: renderServerTiming(performance.now() - startedAt, start),
      onTunnel: () => this.#tunnels.add(socket),
    });
    if (isGone()) socket.destroy();
    else if (!isAnswered) sendAnswer(socket, opening, CLOSED_ANSWER);
    if (error && !isGone()) log.warn('A held request cannot be handed to HAProxy', { error });
  }

  async #relayCall(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort(new Error('The client went away')));
    const order = relayOrderOf(this.#told.get(request.socket));
    if (!order) throw new TypeError('Cannot relay a call: HAProxy did not ask for it');
    const failed = await this.#relay.relay({ request, response, signal: gone.signal }, order);
    if (failed && !gone.signal.aborted) this.#parts.log.warn('A call cannot be relayed', { error: failed });
  }

  async #relayUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const gone = new AbortController();
    this.#tunnels.add(socket);
    socket.on('close', () => {
      this.#tunnels.delete(socket);
      gone.abort(new Error('The client went away'));
    });
    socket.on('error', () => gone.abort(new Error('The client went away')));
    const order = relayOrderOf(this.#told.get(socket));
    if (!order) throw new TypeError('Cannot relay a call: HAProxy did not ask for it');
    await this.#relay.relayUpgrade({ request, socket, head, signal: gone.signal }, order);
  }

  #giveUp(socket: Duplex, error: unknown): void {
    this.#parts.log.error('A held request cannot be served', { error });
    socket.destroy();
  }
}

function relayOrderOf(identity: ProxyIdentity | undefined): RelayOrder | undefined {
  const { delayMs = 0, door, mirror } = identity ?? {};
  if (delayMs === 0 && mirror === undefined) return undefined;
  return { delayMs, door, ...(mirror !== undefined && { copy: copyOrderFor(mirror, door) }) };
}

/** What is left of the request is read and dropped, so that it does not take the answer along. */
function sendAnswer(socket: Socket, { head }: Opening, answer: ActivatorAnswer): void {
  const { status, headers, body } = renderAnswer(answer, headerOf(head, 'accept'));
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const shown = head.isHeadMethod ? '' : body;
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${shown}`);
  socket.resume();
}

const CLOSED_ANSWER: ActivatorAnswer = {
  status: 502,
  code: 'app_closed',
  message: 'The app closed the connection without a complete answer',
};

function answerUnavailable(message: string): ActivatorAnswer {
  return { status: 503, code: 'app_unavailable', message, retryAfterSeconds: 1 };
}

function answerTimeout(appName: string, holdMs: number): ActivatorAnswer {
  const message = `"${appName}" did not start within ${Math.round(holdMs / 1000)} s; see: slipway app logs -n ${appName}`;
  return { status: 503, code: 'app_start_timeout', message, retryAfterSeconds: 5 };
}
