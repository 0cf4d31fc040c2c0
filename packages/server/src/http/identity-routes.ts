/** The routes of the token service. Its endpoint takes a form, as OAuth has it, and is open: the form is the credential. */
import type { FastifyInstance } from 'fastify';
import type { IdentityEndpoints } from '../access/identity-endpoints.ts';
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

export function addIdentityRoutes(app: FastifyInstance, identity: IdentityEndpoints): void {
  app.get(PATHS.keys, async () => identity.keys());
  app.get(PATHS.configuration, async () => identity.configuration());
  app.post(PATHS.token, async (request, reply) => {
    const source = request.socket.remoteAddress ?? 'unknown';
    const { authorization } = request.headers;
    const form = await readForm(request.raw);
    const answer = await identity.token({ form, authorization, source, requestId: request.id });
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  });
}
