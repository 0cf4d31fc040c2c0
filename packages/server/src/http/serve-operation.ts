/**
 * Carries one request to the operation it names and its answer back. The order of checks is fixed: may the caller do it
 * (nothing else is looked at before), query, If-Match, body, then the operation itself, so that a refusal never depends
 * on what the resource happens to be.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { userIdOf, type AccessGuard, type AccessQuestion, type Caller, type OperationHandlers } from '@slipway/control';
import { OPERATIONS, Refusal, type Operation, type OperationId } from '@slipway/spec';
import type { CallAudit } from './call-audit.ts';
import { checkValue } from './check-value.ts';
import { subjectOf } from './operation-paths.ts';
import { readJsonBody, readUpload } from './read-body.ts';
import { readQuery } from './read-query.ts';
import { redactAnswer } from './redact-answer.ts';
import { redactWatch } from './redact-watch.ts';
import { sendLines } from './send-lines.ts';
import type { StreamSlots } from './stream-slots.ts';

/** How long a stream may go on after its caller has lost the right to it. */
export const STREAM_RECHECK_MS = 10_000;

export interface OperationContext {
  readonly operations: OperationHandlers;
  readonly guard: AccessGuard;
  readonly audit: CallAudit;
  readonly streamRecheckMs: number;
  readonly slots: Readonly<Record<StreamKind, StreamSlots>>;
  /** Aborted when the platform stops: ends streams, which would otherwise never end. */
  readonly stopping: AbortSignal;
  /** Takes what goes wrong after an answer has begun, when the caller can be told no more. */
  readonly onLateFailure: (error: unknown, request: FastifyRequest) => void;
}

type StreamKind = 'ndjson' | 'events';

/** An operation seen without its own types; the schemas have checked what the types promise. */
type LooseHandler = (call: {
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
  readonly ifMatch?: string;
  readonly lastEventId?: string;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}) => Promise<unknown>;

/** With the version of the Prometheus text format, the only text there is. */
const TEXT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const NO_QUERY = { type: 'object', properties: {} } as const;

export async function serveOperation(
  context: OperationContext,
  id: OperationId,
  {
    request,
    reply,
    caller,
  }: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly caller: Caller },
): Promise<FastifyReply> {
  const operation: Operation = OPERATIONS[id];
  const params = request.params as Readonly<Record<string, string>>;
  const question = { operation: id, params, caller };
  context.guard.authorize(question);
  const querySchema = operation.query ?? NO_QUERY;
  const query = readQuery(querySchema, request.originalUrl.split('?', 2)[1] ?? '');
  checkValue(querySchema, query, { within: 'query' });
  const ifMatch = operation.ifMatch ? readEntityTag(request, operation) : undefined;
  const body = await readBody(request, operation);
  const signal = callerSignal(reply);
  await context.audit.begin(request, { caller, body });
  const handler = guardedHandler(context, question);
  const call = { params, query, body, caller, signal, ...(ifMatch !== undefined && { ifMatch }) };

  if (operation.answer === 'ndjson' || operation.answer === 'events') {
    const lastEventId = operation.answer === 'events' ? readLastEventId(request) : undefined;
    using allowed = whileAllowed(() => context.guard.authorize(question), context.streamRecheckMs);
    const streamSignal = AbortSignal.any([signal, context.stopping, allowed.signal]);
    const open = () => handler({ ...call, signal: streamSignal, ...(lastEventId !== undefined && { lastEventId }) });
    const stream = { open, signal: streamSignal, kind: operation.answer, userId: userIdOf(caller) };
    return await serveStream(context, { request, reply }, stream);
  }
  const answer = await handler(call);
  await context.audit.end(request, { status: operation.status, answer });
  const tag = entityTagOf(answer);
  if (tag !== undefined) reply.header('etag', `"${tag}"`);
  if (operation.answer === 'text') return reply.code(operation.status).type(TEXT_TYPE).send(String(answer));
  reply.code(operation.status).header('content-type', 'application/json; charset=utf-8');
  return reply.send(JSON.stringify(answer));
}

/**
 * The operation for this caller, however often it is run: every time the caller must still be allowed to, for a body may
 * have taken minutes to come, and the answer holds no value that the caller may not read.
 */
function guardedHandler({ guard, operations }: OperationContext, question: AccessQuestion): LooseHandler {
  const handle = operations[question.operation] as unknown as LooseHandler;
  return async (call) => {
    guard.authorize(question);
    const answer = await handle(call);
    const { answer: kind, returns }: Operation = OPERATIONS[question.operation];
    if (kind === 'events') return redactWatch(answer, () => guard.mayReadValues(question));
    return guard.mayReadValues(question) ? answer : redactAnswer(returns, answer);
  };
}

async function readBody(request: FastifyRequest, operation: Operation): Promise<unknown> {
  if (!operation.body) return undefined;
  if (operation.bodyKind === 'binary') return readUpload(request.raw);
  const body = await readJsonBody(request.raw, operation);
  checkValue(operation.body, operation.bodyKind === 'merge-patch' ? withoutResets(operation, body) : body);
  return body;
}

/** A merge patch takes a known field back to its default with null (RFC 7396); the schema describes the values only. */
function withoutResets({ body: schema }: Operation, patch: unknown): unknown {
  const isReset = ([name, value]: readonly [string, unknown]) =>
    value === null && Object.hasOwn(schema?.properties ?? {}, name);
  return Object.fromEntries(Object.entries(patch as object).filter((entry) => !isReset(entry)));
}

interface StreamToServe {
  readonly open: () => Promise<unknown>;
  readonly signal: AbortSignal;
  readonly kind: StreamKind;
  readonly userId: string;
}

async function serveStream(
  context: OperationContext,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  { open, signal, kind, userId }: StreamToServe,
): Promise<FastifyReply> {
  const release = context.slots[kind].take(userId);
  try {
    const lines = (await open()) as AsyncIterable<unknown>;
    await context.audit.end(request, { status: reply.statusCode });
    const headers = Object.fromEntries(
      Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)] as const),
    );
    reply.hijack();
    await sendLines(reply.raw, lines, { headers, signal, form: kind });
  } catch (error) {
    if (!reply.raw.headersSent) throw error;
    context.onLateFailure(error, request);
  } finally {
    release();
  }
  return reply;
}

/** Aborts soon after the caller's right has ended: a key revoked, a role taken back, a token expired. */
function whileAllowed(authorize: () => void, recheckMs: number): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const timer = setInterval(() => {
    try {
      authorize();
    } catch (error) {
      controller.abort(error);
    }
  }, recheckMs);
  return { signal: controller.signal, [Symbol.dispose]: () => clearInterval(timer) };
}

/** Aborts when the connection closes before the answer is complete. */
function callerSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new Error('The caller went away'));
  });
  return controller.signal;
}

/** The tag without the quotes and the weakness mark that HTTP puts around it; the SDKs send it bare. */
function readEntityTag(request: FastifyRequest, operation: Operation): string {
  const header = request.headers['if-match']?.trim() ?? '';
  const tag = header.replace(/^W\//, '').replace(/^"(.*)"$/, '$1');
  if (tag !== '') return tag;
  const { kind, name } = subjectOf(operation.path, request.params as Readonly<Record<string, string>>);
  throw new Refusal('entity_tag_missing', { kind, name });
}

/** None of ours is longer; a longer one is as good as an unknown one. */
const EVENT_ID_LENGTH_MAX = 128;

function readLastEventId(request: FastifyRequest): string | undefined {
  const header = request.headers['last-event-id'];
  return typeof header === 'string' ? header.slice(0, EVENT_ID_LENGTH_MAX) : undefined;
}

function entityTagOf(answer: unknown): string | undefined {
  const tag = (answer as { readonly entity_tag?: unknown } | undefined)?.entity_tag;
  return typeof tag === 'string' ? tag : undefined;
}
