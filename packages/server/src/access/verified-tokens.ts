/** Remembers by digest who a token proved, so that its signature is checked once; what it proved ends with the token. */
import { createHash } from 'node:crypto';
import type { Caller } from '@slipway/control';
import type { TokenVerifier } from './authenticator.ts';

/** The one that came first leaves first. */
const REMEMBERED_MAX = 1000;

export function rememberVerified(verify: TokenVerifier, rememberedMax = REMEMBERED_MAX): TokenVerifier {
  const callers = new Map<string, Caller>();
  return async (token) => {
    const digest = createHash('sha256').update(token).digest('base64');
    const known = callers.get(digest);
    if (known) return known;
    const caller = await verify(token);
    if (!caller) return undefined;
    const [oldest] = callers.keys();
    if (callers.size >= rememberedMax && oldest !== undefined) callers.delete(oldest);
    callers.set(digest, caller);
    return caller;
  };
}
