/**
 * The routes of the token service. Its endpoint takes a form, as OAuth has it, and is open: the form is the credential. So
 * nobody is known before it is read, and whoever it proves is noted and counted here like the caller of an operation.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from '@slipway/control';
import type { IdentityEndpoints } from '../access/identity-endpoints.ts';
import type { CallAudit } from './call-audit.ts';
import { readForm } from './read-body.ts';

const PREFIX = '/identity';
const PATHS = {
  token: `${PREFIX}/token`,
  keys: `${PREFIX}/keys`,
  configuration: `${PREFIX}/.well-known/openid-configuration`,
} as const;

/** Path → methods, for the guard and for who asks in a wrong way. */
export const IDENTITY_PATHS: Readonly<Record<string, readonly string[]>> = {
  [PATHS.token]: ['POST'],
  [PATHS.keys]: ['GET'],
  [PATHS.configuration]: ['GET'],
};

interface IdentityRouteParts {
  readonly identity: IdentityEndpoints;
  readonly audit: Pick<CallAudit, 'end'>;
  /** Told whom the form proved. */
  readonly onCaller: (request: FastifyRequest, caller: Caller) => void;
  /** Throws a Refusal when the user has sent too many requests. */
  readonly admit: (caller: Caller) => void;
}

export function addIdentityRoutes(
  app: FastifyInstance,
  { identity, audit, onCaller, admit }: IdentityRouteParts,
): void {
  app.get(PATHS.keys, async () => identity.keys());
  app.get(PATHS.configuration, async () => identity.configuration());
  app.post(PATHS.token, { config: { auditNoun: 'token' } }, async (request, reply) => {
    const source = request.socket.remoteAddress ?? 'unknown';
    const { authorization } = request.headers;
    const form = await readForm(request.raw);
    const asked = { form, authorization, source, requestId: request.id, admit };
    const { answer, caller, credentialField: name, errorCode } = await identity.token(asked);
    if (caller) onCaller(request, caller);
    await audit.end(request, {
      status: answer.status,
      answer: { name },
      ...(errorCode !== undefined && { errorCode }),
    });
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  });
}
