/**
 * The credential of one context in use: hands out an access token that is valid for a while yet, and gets a new one
 * before the old one ends. What it gets it keeps, so that the next command asks nobody.
 */
import { CommandFault } from '../usage-fault.ts';
import { readCredential, replaceCredential, type Credential, type Token } from './credentials.ts';
import { askTokens } from './token-service.ts';

/** A request that begins with a token may take this long until it is looked at. */
const RENEW_BEFORE_END_S = 5 * 60;

export interface ContextSessionParts {
  readonly env: NodeJS.ProcessEnv;
  readonly name: string;
  readonly url: string;
  readonly signal: AbortSignal;
  readonly nowS?: () => number;
}

export interface ContextSession {
  /** Throws CommandFault('auth') with the command that logs in again. */
  token(): Promise<string>;
}

export function createContextSession(parts: ContextSessionParts): ContextSession {
  const nowS = parts.nowS ?? (() => Date.now() / 1000);
  let held: Token | undefined;
  let renewing: Promise<Token> | undefined;
  return {
    async token() {
      if (held && isFresh(held, nowS())) return held.token;
      renewing ??= readToken(parts, nowS()).finally(() => (renewing = undefined));
      held = await renewing;
      return held.token;
    },
  };
}

async function readToken(parts: ContextSessionParts, nowS: number): Promise<Token> {
  const credential = await readCredential(parts.env, parts.name);
  if (!credential) throw loginFault(parts, `nobody is logged in to context "${parts.name}"`);
  if (credential.access && isFresh(credential.access, nowS)) return credential.access;
  const after = await renew(parts, credential, nowS);
  if (!after?.access) throw loginFault(parts, `the log-in to context "${parts.name}" has ended`);
  if (after !== credential) await replaceCredential(parts.env, parts.name, { before: credential, after });
  return after.access;
}

/** Undefined when the credential is worth nothing any more. */
async function renew(
  parts: ContextSessionParts,
  credential: Credential,
  nowS: number,
): Promise<Credential | undefined> {
  const { signal, url } = parts;
  if (credential.kind === 'sign_in') return isOver(credential.access, nowS) ? undefined : credential;
  if (credential.kind === 'api_key') {
    const issued = await askTokens({ url, field: 'apikey', secret: credential.apiKey, signal });
    return issued && { ...credential, access: issued.access };
  }
  const issued = await askTokens({ url, field: 'refresh_token', secret: credential.refreshToken, signal });
  return issued && { kind: 'session', ...issued };
}

function isFresh({ expiresAtS }: Token, nowS: number): boolean {
  return expiresAtS === undefined || expiresAtS - nowS > RENEW_BEFORE_END_S;
}

function isOver({ expiresAtS }: Token, nowS: number): boolean {
  return expiresAtS !== undefined && expiresAtS <= nowS;
}

export function loginFault({ name }: { readonly name: string }, state: string, cause?: unknown): CommandFault {
  const fix = [`Log in again: slipway login --context ${name}`, 'Or use the platform of this machine: --context local'];
  return new CommandFault('auth', `Cannot go on: ${state}`, fix, { cause });
}

/** When a token of another issuer ends, as it says itself. Undefined when it does not, or is no JWT. */
export function expiryOf(token: string): number | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const exp = typeof payload === 'object' && payload !== null && 'exp' in payload ? payload.exp : undefined;
    return typeof exp === 'number' ? exp : undefined;
  } catch {
    return undefined;
  }
}
