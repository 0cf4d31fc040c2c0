/** The real server on a free port, over operations that the test states. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import {
  AccessDirectory,
  AuditTrail,
  createAccessGuard,
  LOCAL_ADMINISTRATOR,
  type AccessGuard,
  type Call,
  type OperationHandlers,
} from '@slipway/control';
import { OPERATIONS, Refusal, type OperationId } from '@slipway/spec';
import { openSqliteStore, openSqliteStores } from '@slipway/store';
import { createHttpServer, type HttpServerParts } from '../http/http-server.ts';
import { createSystemClock, randomText } from '../system-clock.ts';

export const TOKEN = 'slw_test';
/** `RequestInit` with headers as a plain record, so that they can be added to. */
export type TestRequest = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

export const SHA256 = '0'.repeat(64);

/** A reading of the call, so that a test sees what a handler was given. */
type Handler = (call: Call<OperationId>) => Promise<unknown>;

interface LogRecord {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

interface Served {
  readonly origin: string;
  readonly port: number;
  readonly records: readonly LogRecord[];
  /** Sends with the token, unless headers say otherwise. */
  readonly send: (method: string, path: string, init?: TestRequest) => Promise<Response>;
  readonly stop: (drainMs?: number) => Promise<void>;
}

/** The guard of a platform without members: the administrator of the machine passes. */
export async function openGuard(t: TestContext): Promise<AccessGuard> {
  const store = await openSqliteStore({ path: ':memory:' });
  t.after(() => store.close());
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return createAccessGuard(new AccessDirectory({ store, clock: createSystemClock(), log, randomText }));
}

/** Written to a store that nobody reads. */
export async function openAudit(t: TestContext): Promise<AuditTrail> {
  const { auditStore, store } = await openSqliteStores({ path: ':memory:' });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const trail = new AuditTrail({ auditStore, auditRetentionMs: 0, clock: createSystemClock(), log });
  t.after(async () => {
    await trail.stop();
    await store.close();
  });
  return trail;
}

/** Operations that are not given answer with what they were sent. */
export async function serveForTest(
  t: TestContext,
  handlers: Partial<Record<OperationId, Handler>> = {},
  parts: Partial<HttpServerParts> = {},
): Promise<Served> {
  const records: LogRecord[] = [];
  const note = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) =>
    void records.push({ level, message, fields });
  const echo: Handler = ({ params, query, body }) => Promise.resolve({ params, query, body });
  const operations = Object.fromEntries(Object.keys(OPERATIONS).map((id) => [id, handlers[id as OperationId] ?? echo]));
  const log = { info: note('info'), warn: note('warn'), error: note('error') };
  const server = createHttpServer({
    control: {
      operations: operations as unknown as OperationHandlers,
      guard: await openGuard(t),
      audit: await openAudit(t),
    },
    authenticate: async (authorization) => {
      if (authorization === `Bearer ${TOKEN}`) return LOCAL_ADMINISTRATOR;
      throw new Refusal('unauthorized', { reason: 'there is no token', fix: 'Send one' });
    },
    log,
    facts: { apiBaseUrl: 'http://127.0.0.1:8780/v2', instanceApiUrl: 'http://api.slipway.internal:8780' },
    ...parts,
  });
  const { port } = await server.listen({ address: '127.0.0.1', port: 0 });
  server.setState('ready');
  t.after(() => server.stop(0));
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    port,
    records,
    send: (method, path, init = {}) =>
      fetch(origin + path, { method, ...init, headers: { authorization: `Bearer ${TOKEN}`, ...init.headers } }),
    stop: (drainMs = 1000) => server.stop(drainMs),
  };
}

export async function readRefusal(response: Response) {
  const body = (await response.json()) as {
    errors: { code: string; message: string }[];
    trace: string;
    status_code: number;
  };
  assert.deepEqual(Object.keys(body), ['errors', 'trace', 'status_code']);
  assert.equal(body.errors.length, 1);
  assert.deepEqual(Object.keys(body.errors[0] ?? {}), ['code', 'message']);
  assert.match(body.trace, /^codeengine-api-[0-9a-f]{32}$/);
  assert.equal(body.status_code, response.status);
  assert.equal(response.headers.get('x-request-id'), body.trace);
  return { status: response.status, code: body.errors[0]?.code, message: body.errors[0]?.message ?? '' };
}
