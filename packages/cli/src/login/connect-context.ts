/** A client of the platform that a context names, with its credential and what it trusts. */
import { createClient, type Client } from '@slipway/client';
import { createContextSession, loginFault } from './context-session.ts';
import type { Target } from './target.ts';
import { unreachable } from './token-service.ts';

type ContextTarget = Extract<Target, { kind: 'context' }>;

export async function connectContext(
  { name, context }: ContextTarget,
  { env, signal }: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<Client> {
  if (context.ca !== undefined) {
    const { certificatesIn, trustCertificates } = await import('./trust-certificates.ts');
    trustCertificates(certificatesIn(context.ca, name));
  }
  const session = createContextSession({ env, name, url: context.url, signal });
  // Told at once, and not by the first request, when nobody is logged in.
  await session.token();
  return createClient({ baseUrl: context.url, token: () => session.token() });
}

/** What a failure means to somebody whose platform is elsewhere. */
export function explainFailure({ name, context }: ContextTarget, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'ApiProblem' && 'status' in error && error.status === 401)
    return loginFault({ name }, `the platform of context "${name}" takes the log-in no more`, error);
  if (error.name !== 'ApiUnreachable' || ('reason' in error && error.reason === 'timeout')) return error;
  return unreachable(context.url, error.cause);
}
