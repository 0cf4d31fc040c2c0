/**
 * The HTTP face of the control plane: every route comes from the operation table, every refusal leaves through
 * `problem.ts`. Nothing but `/healthz` and the API description is answered without a credential, nothing at all under a
 * host name that is not ours, and no cross-origin header is ever sent.
 */
import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { userIdOf, type Caller, type Control, type ControlLog, type PlatformFacts } from '@slipway/control';
import { OPERATIONS, Refusal, renderOpenApi, WATCH_LIMITS, type Operation, type OperationId } from '@slipway/spec';
import type { Authenticate } from '../access/authenticator.ts';
import type { IdentityEndpoints } from '../access/identity-endpoints.ts';
import { isAllowedHost, type AllowedHosts } from './allowed-hosts.ts';
import { createCallAudit, type CallAudit } from './call-audit.ts';
import { renderDocsPage, type DocsPage } from './docs-page.ts';
import { API_PREFIX, methodsAt, routePathFor } from './operation-paths.ts';
import { addIdentityRoutes, IDENTITY_PATHS } from './identity-routes.ts';
import { RequestRate } from './request-rate.ts';
import { causeChain, problemFor, type Problem } from './problem.ts';
import { newTrace, refuseConnection } from './refuse-connection.ts';
import { STREAMS_MAX, STREAMS_PER_USER_MAX } from './send-lines.ts';
import { StreamSlots } from './stream-slots.ts';
import { serveOperation, STREAM_RECHECK_MS, type OperationContext } from './serve-operation.ts';
import { createTlsDoor, type TlsPair } from './tls-door.ts';

export const HTTP_STATES = ['starting', 'ready', 'stopping'] as const;
export type HttpState = (typeof HTTP_STATES)[number];

/** Answers `GET /registry/token` (the bundled registry's token service), with a credential check of its own. */
export type RegistryTokenHandler = (request: {
  readonly authorization: string | undefined;
  readonly service: string | undefined;
  readonly scope: readonly string[];
}) => Promise<{
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}>;

export interface HttpServerParts {
  readonly control: Pick<Control, 'operations' | 'guard' | 'audit'>;
  readonly authenticate: Authenticate;
  readonly log: ControlLog;
  readonly facts: Pick<PlatformFacts, 'apiBaseUrl' | 'instanceApiUrl'>;
  /** The address that will be listened on, for the Host header check. */
  readonly address?: string;
  /** Another name under which it is called. */
  readonly publicName?: string;
  /** For clients of other machines; without it the port speaks plain HTTP alone. */
  readonly tls?: TlsPair;
  readonly registryToken?: RegistryTokenHandler;
  readonly identity?: IdentityEndpoints;
  readonly streamsMax?: number;
  /** Of one user; the machine's own token is not counted. */
  readonly requestsPerSecond?: number;
  readonly streamRecheckMs?: number;
}

export interface HttpServer {
  /** Rejects with the system's error (EADDRINUSE …) when it cannot. */
  listen(where: { readonly address: string; readonly port: number }): Promise<AddressInfo>;
  /** Serves a connection that was made elsewhere than to `listen`'s address. */
  accept(socket: Socket): void;
  /** Operations answer `busy` until the state is `ready`. */
  setState(state: HttpState): void;
  /** A renewed certificate, from the next connection on. */
  setCertificate(pair: TlsPair): void;
  /** Takes no new request, ends streams, waits for the rest up to `drainMs`, then cuts what is left. */
  stop(drainMs: number): Promise<void>;
}

/** Receiving one whole request, an upload over a slow line included. */
const REQUEST_RECEIVE_MS_MAX = 10 * 60_000;
const HEADERS_RECEIVE_MS_MAX = 10_000;
const TIME_LIMITS = { requestTimeout: REQUEST_RECEIVE_MS_MAX, headersTimeout: HEADERS_RECEIVE_MS_MAX };
const PATH_PARAM_CHARACTERS_MAX = 512;
const DOCS_PATH = '/docs';
/** Answered without the platform's credential; the registry's token service checks its own. */
const OPEN_PATHS: readonly string[] = ['/healthz', `${API_PREFIX}/openapi.json`, DOCS_PATH, '/registry/token'];
/** Of one user, where nobody chose. */
const REQUESTS_PER_SECOND = 100;
const METRICS_PATH = '/metrics';
/** Tells its state itself, also while the platform starts. */
const PLATFORM_PATH = `${API_PREFIX}${OPERATIONS.getPlatform.path}`;

export function createHttpServer(parts: HttpServerParts): HttpServer {
  const stopping = new AbortController();
  const callers: Callers = new WeakMap();
  const audit = createCallAudit(parts.control.audit, { callerOf: (request) => callers.get(request), sourceOf });
  const rate = new RequestRate(parts.requestsPerSecond ?? REQUESTS_PER_SECOND, () => performance.now());
  const admit = (caller: Caller): void => {
    if (caller.kind !== 'administrator') rate.take(userIdOf(caller));
  };
  let state: HttpState = 'starting';
  const door = parts.tls && createTlsDoor(parts.tls, refuseConnection);
  const app = fastify({
    genReqId: newTrace,
    requestTimeout: REQUEST_RECEIVE_MS_MAX,
    http: { headersTimeout: HEADERS_RECEIVE_MS_MAX },
    ...(door && { serverFactory: (handler: RequestListener) => door.open(handler, TIME_LIMITS) }),
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: PATH_PARAM_CHARACTERS_MAX, querystringParser: () => ({}) },
    clientErrorHandler: refuseConnection,
    // Bodies are checked by our own validator and written by JSON.stringify: Fastify's compilers are never loaded.
    schemaController: { compilersFactory: { buildValidator: unusedCompiler, buildSerializer: unusedCompiler } },
    frameworkErrors: (error, request, reply) => void sendProblem({ ...parts, audit }, error, { request, reply }),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.setErrorHandler((error, request, reply) => sendProblem({ ...parts, audit }, error, { request, reply }));
  app.setNotFoundHandler((request) => {
    throw refusalForUnknown(request);
  });
  addGuards(app, { ...parts, callers, audit, admit }, () => state);
  addRoutes(app, { ...parts, callers, audit, admit }, { state: () => state, stopping: stopping.signal });

  return {
    async listen({ address, port }) {
      await app.listen({ host: address, port });
      return app.server.address() as AddressInfo;
    },
    accept(socket) {
      app.server.emit('connection', socket);
    },
    setState(next) {
      state = next;
    },
    setCertificate: (pair) => door?.setCertificate(pair),
    async stop(drainMs) {
      state = 'stopping';
      stopping.abort(new Error('The platform stops'));
      const cut = setTimeout(() => app.server.closeAllConnections(), drainMs);
      await app.close().finally(() => clearTimeout(cut));
      door?.close();
    },
  };
}

type WithAudit = HttpServerParts & { readonly audit: CallAudit };

/** Who sends each request that is being served. */
type Callers = WeakMap<FastifyRequest, Caller>;

interface CallerParts {
  readonly callers: Callers;
  /** Throws a Refusal when the user has sent too many requests. */
  readonly admit: (caller: Caller) => void;
}

/** Every route of an operation lies behind the guard that has set it. */
function callerOf(callers: Callers, request: FastifyRequest): Caller {
  const caller = callers.get(request);
  assert(caller, 'an operation is served without a caller');
  return caller;
}

function unusedCompiler(): () => never {
  return () => {
    throw new TypeError('Cannot compile a schema: routes carry none');
  };
}

/** What every request passes before its route: our host name, a credential, and a platform that is ready. */
function addGuards(
  app: FastifyInstance,
  { callers, audit, admit, ...parts }: WithAudit & CallerParts,
  state: () => HttpState,
): void {
  const hosts: AllowedHosts = {
    address: parts.address ?? '127.0.0.1',
    names: [
      ...[parts.facts.apiBaseUrl, parts.facts.instanceApiUrl].map((url) => new URL(url).hostname.toLowerCase()),
      parts.publicName ?? 'localhost',
    ],
  };
  app.addHook('onRequest', async (request, reply) => {
    audit.arrive(request);
    reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    if (!isAllowedHost(request.headers.host, hosts)) {
      throw new Refusal('invalid_field', {
        field: 'header Host',
        value: JSON.stringify((request.headers.host ?? '').slice(0, 100)),
        rule: 'the API does not answer under this name',
        fix: `Call it as ${parts.facts.apiBaseUrl}`,
      });
    }
    if (isOpen(pathOf(request))) return;
    const caller = await parts.authenticate(request.headers.authorization, sourceOf(request));
    callers.set(request, caller);
    admit(caller);
    if (state() !== 'ready' && pathOf(request) !== PLATFORM_PATH)
      throw new Refusal('busy', { reason: `the platform is ${state()}` });
  });
  app.addHook('onSend', async (_request, reply) => {
    // A connection that stayed open for a next request would hold up the end.
    if (state() === 'stopping') reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => {
    if (request.method === 'GET') return;
    parts.log.info('Request served', {
      method: request.method,
      path: pathOf(request),
      status: reply.statusCode,
      duration_ms: Math.round(reply.elapsedTime),
      trace: request.id,
    });
  });
}

function addRoutes(
  app: FastifyInstance,
  { callers, audit, admit, ...parts }: WithAudit & CallerParts,
  { state, stopping }: { readonly state: () => HttpState; readonly stopping: AbortSignal },
): void {
  const context: OperationContext = {
    operations: parts.control.operations,
    guard: parts.control.guard,
    audit,
    streamRecheckMs: parts.streamRecheckMs ?? STREAM_RECHECK_MS,
    slots: {
      ndjson: new StreamSlots({ max: parts.streamsMax ?? STREAMS_MAX, perUserMax: STREAMS_PER_USER_MAX }),
      events: new StreamSlots({ max: WATCH_LIMITS.watchersMax, perUserMax: WATCH_LIMITS.watchersPerUserMax }),
    },
    stopping,
    onLateFailure: (error, request) => logFailure(parts.log, error, request),
  };
  for (const [id, operation] of Object.entries(OPERATIONS) as [OperationId, Operation][]) {
    app.route({
      method: operation.method,
      url: routePathFor(operation.path),
      config: { operation: id },
      handler: (request, reply) => serveOperation(context, id, { request, reply, caller: callerOf(callers, request) }),
    });
  }
  // Where every scraper looks first.
  app.get(METRICS_PATH, { config: { operation: 'getPlatformMetrics' } }, (request, reply) =>
    serveOperation(context, 'getPlatformMetrics', { request, reply, caller: callerOf(callers, request) }),
  );
  app.get('/healthz', async (_request, reply) => reply.code(state() === 'ready' ? 200 : 503).send({ status: state() }));
  app.get(`${API_PREFIX}/openapi.json`, async () => renderOpenApi());
  let docs: DocsPage | undefined;
  app.get(DOCS_PATH, (_request, reply) => {
    docs ??= renderDocsPage();
    return reply.headers(docs.headers).send(docs.html);
  });
  const { identity } = parts;
  const onCaller = (request: FastifyRequest, caller: Caller) => void callers.set(request, caller);
  if (identity) addIdentityRoutes(app, { identity, audit, onCaller, admit });
  const { registryToken } = parts;
  if (!registryToken) return;
  app.get('/registry/token', async (request, reply) => {
    const query = new URL(request.originalUrl, 'http://localhost').searchParams;
    const answer = await registryToken({
      authorization: request.headers.authorization,
      service: query.get('service') ?? undefined,
      scope: query.getAll('scope'),
    });
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  });
}

async function sendProblem(
  { audit, log }: Pick<WithAudit, 'audit' | 'log'>,
  error: unknown,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<void> {
  const problem = problemFor(error, request.id);
  if (audit.isAudited(request, { isOpen: isOpen(pathOf(request)) }))
    await noteProblem({ audit, log }, problem, request);
  // Nobody is there to be told, and what failed then failed because of that.
  if (reply.raw.destroyed) return;
  if (problem.logged !== undefined) logFailure(log, problem.logged, request);
  const headers = { ...problem.headers, 'x-request-id': request.id };
  await reply.code(problem.status).headers(headers).send(problem.body);
}

async function noteProblem(
  { audit, log }: Pick<WithAudit, 'audit' | 'log'>,
  { status, body }: Problem,
  request: FastifyRequest,
): Promise<void> {
  try {
    await audit.end(request, { status, errorCode: body.errors[0]?.code ?? '' });
  } catch (error) {
    logFailure(log, error, request);
  }
}

function logFailure(log: ControlLog, error: unknown, request: FastifyRequest): void {
  const { method, id } = request;
  log.error('Request failed', { method, path: pathOf(request), trace: id, cause: causeChain(error) });
}

function refusalForUnknown(request: FastifyRequest): Refusal {
  const path = pathOf(request);
  const { method } = request;
  const allowed = IDENTITY_PATHS[path] ?? ([METRICS_PATH, ...OPEN_PATHS].includes(path) ? ['GET'] : methodsAt(path));
  if (allowed.length === 0) return new Refusal('operation_not_found', { method, path: path.slice(0, 200) });
  return new Refusal('method_not_allowed', { method, path, allowed: allowed.join(', ') });
}

/** Answered without the platform's credential; the token services check their own. */
function isOpen(path: string): boolean {
  return OPEN_PATHS.includes(path) || Object.hasOwn(IDENTITY_PATHS, path);
}

/** The other end of the connection; a header could say anything. */
function sourceOf(request: FastifyRequest): string {
  return request.socket.remoteAddress ?? 'unknown';
}

function pathOf(request: FastifyRequest): string {
  return request.originalUrl.split('?', 1)[0] ?? '/';
}
