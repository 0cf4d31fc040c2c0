/** Asks a platform's token service for access tokens: with an API key, or with a refresh token of an earlier answer. */
import { CommandFault } from '../usage-fault.ts';
import type { Token } from './credentials.ts';

const ANSWER_MS_MAX = 30_000;
/** Names a client that may refresh. It is public, and proves nothing. */
const CLIENT_NAME = `Basic ${Buffer.from('bx:bx').toString('base64')}`;
const GRANTS = { apikey: 'urn:ibm:params:oauth:grant-type:apikey', refresh_token: 'refresh_token' } as const;

export interface IssuedTokens {
  readonly access: Token;
  readonly refreshToken: string;
}

export interface TokenQuestion {
  readonly url: string;
  readonly field: keyof typeof GRANTS;
  readonly secret: string;
  readonly signal: AbortSignal;
}

/** Undefined when the platform does not take the credential. */
export async function askTokens({ url, field, secret, signal }: TokenQuestion): Promise<IssuedTokens | undefined> {
  const form = new URLSearchParams({ grant_type: GRANTS[field], [field]: secret });
  const { status, body } = await send(url, { form, signal });
  const { access_token: token, refresh_token: refreshToken, expiration } = body;
  if (status === 200 && typeof token === 'string' && typeof refreshToken === 'string') {
    return { access: { token, ...(typeof expiration === 'number' && { expiresAtS: expiration }) }, refreshToken };
  }
  const said = typeof body['errorMessage'] === 'string' ? body['errorMessage'] : `it answered with status ${status}`;
  if (status === 400 && String(body['errorCode']).startsWith('BXNIM04')) return undefined;
  throw new CommandFault(status === 429 ? 'auth' : 'failure', `Cannot log in to ${url}: ${said}`, [
    status === 404 ? 'Check the address: it is that of the API' : 'Try again later',
  ]);
}

async function send(
  url: string,
  { form, signal }: { readonly form: URLSearchParams; readonly signal: AbortSignal },
): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  const deadline = AbortSignal.timeout(ANSWER_MS_MAX);
  try {
    const response = await fetch(`${url}/identity/token`, {
      method: 'POST',
      body: form,
      headers: { accept: 'application/json', authorization: CLIENT_NAME },
      signal: AbortSignal.any([signal, deadline]),
      // The key must not follow a redirect to somebody else's address.
      redirect: 'error',
    });
    const text = await response.text();
    return { status: response.status, body: parseObject(text) };
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw unreachable(url, cause);
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const CERTIFICATE_CODES: readonly string[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];

/** What keeps a platform from being reached, with the way out. */
export function unreachable(url: string, error: unknown): CommandFault {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (CERTIFICATE_CODES.includes(code)) {
    const fix = ['Name the file with its certificate or authority: slipway login --ca-file FILE', `Code: ${code}`];
    return new CommandFault('failure', `Cannot reach ${url}: its certificate is signed by nobody known here`, fix, {
      cause: error,
    });
  }
  const why =
    code === 'ECONNREFUSED' ? 'nothing listens there' : `there was no answer${code === '' ? '' : ` (${code})`}`;
  const fix = ['Check the address, and on its machine that the platform runs (slipway status)'];
  return new CommandFault('failure', `Cannot reach ${url}: ${why}`, fix, { cause: error });
}
