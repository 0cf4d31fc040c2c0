/**
 * What is written down of each call. It is told what became of a request at the two places where answers leave, and takes
 * nothing of the query or the body but the name of what is created.
 */
import type { FastifyRequest } from 'fastify';
import { describeCall, safeName, userIdOf, type AuditBeginning, type AuditTrail, type Caller } from '@slipway/control';
import { OPERATIONS, type OperationId } from '@slipway/spec';

export interface CallEnd {
  readonly status: number;
  readonly errorCode?: string;
  /** Of a success; its name or id is what was created. */
  readonly answer?: unknown;
}

export interface CallAudit {
  /** Not what is open to everyone: that is nobody's act. */
  isAudited(request: FastifyRequest, options: { readonly isOpen: boolean }): boolean;
  /** As soon as the request is there. */
  arrive(request: FastifyRequest): void;
  /** A change that was let in, before it is made. */
  begin(request: FastifyRequest, call: { readonly caller: Caller; readonly body: unknown }): Promise<void>;
  /** Once for each request; more are ignored. */
  end(request: FastifyRequest, end: CallEnd): Promise<void>;
}

interface Known {
  readonly startedAtMs: number;
  begun?: AuditBeginning;
  isEnded?: boolean;
}

export function createCallAudit(
  trail: Pick<AuditTrail, 'begin' | 'end'>,
  parts: {
    readonly callerOf: (request: FastifyRequest) => Caller | undefined;
    readonly sourceOf: (request: FastifyRequest) => string;
  },
): CallAudit {
  const requests = new WeakMap<FastifyRequest, Known>();

  function knownOf(request: FastifyRequest): Known {
    const known = requests.get(request) ?? { startedAtMs: Date.now() };
    requests.set(request, known);
    return known;
  }

  function beginningOf(request: FastifyRequest, caller: Caller | undefined): AuditBeginning {
    const operation = operationOf(request);
    const params = (request.params ?? {}) as Readonly<Record<string, string>>;
    const described = describeCall(operation, { method: request.method, params });
    const { action, projectId, targetKind, targetName } = { ...described, ...describeOpenCall(request) };
    return {
      id: request.id,
      class: caller ? 'other' : 'anonymous',
      at: new Date(knownOf(request).startedAtMs).toISOString(),
      userId: caller ? safeName(userIdOf(caller)) : '',
      credentialKind: caller?.kind ?? 'none',
      credentialId: caller?.kind === 'api_key' ? caller.id : '',
      source: parts.sourceOf(request),
      operation: operation ?? '',
      action,
      projectId,
      targetKind,
      targetName,
    };
  }

  return {
    isAudited: (request, { isOpen }) => !isOpen || describeOpenCall(request) !== undefined,
    arrive(request) {
      knownOf(request);
    },
    async begin(request, { caller, body }) {
      const operation = operationOf(request);
      if (operation === undefined || OPERATIONS[operation].method === 'GET') return;
      const beginning = beginningOf(request, caller);
      const targetName = beginning.targetName || safeName(textOf(body, 'name'));
      const begun: AuditBeginning = { ...beginning, class: 'change', targetName };
      await trail.begin(begun);
      knownOf(request).begun = begun;
    },
    async end(request, { status, errorCode = '', answer }) {
      const known = knownOf(request);
      if (known.isEnded === true) return;
      known.isEnded = true;
      const begun = known.begun ?? beginningOf(request, parts.callerOf(request));
      const isCreation = request.method === 'POST' && begun.targetName === '';
      await trail.end({
        ...begun,
        ...(isCreation && { targetName: safeName(textOf(answer, 'name') ?? textOf(answer, 'id')) }),
        outcome: status < 400 ? 'success' : 'failure',
        status,
        errorCode,
        durationMs: Math.max(0, Date.now() - known.startedAtMs),
      });
    },
  };
}

/** What a route says of itself; nothing on a path that nothing answers. */
interface RouteConfig {
  readonly operation?: OperationId;
  /** Of a route that is no operation and open, and on record all the same: what it creates. */
  readonly auditNoun?: string;
}

function routeConfigOf(request: FastifyRequest): RouteConfig {
  return (request.routeOptions?.config as RouteConfig | undefined) ?? {};
}

function operationOf(request: FastifyRequest): OperationId | undefined {
  return routeConfigOf(request).operation;
}

function describeOpenCall(request: FastifyRequest): Pick<AuditBeginning, 'action' | 'targetKind'> | undefined {
  const { auditNoun: noun } = routeConfigOf(request);
  return noun === undefined ? undefined : { action: `codeengine.${noun}.create`, targetKind: noun };
}

function textOf(value: unknown, name: 'name' | 'id'): string | undefined {
  const text = (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  return typeof text === 'string' && text !== '' ? text : undefined;
}
