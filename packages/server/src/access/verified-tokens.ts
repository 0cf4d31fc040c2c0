/**
 * Remembers by digest who a token proved, so that its signature is not checked with every request. Not for long: a key
 * that its issuer withdrew must not vouch for ever.
 */
import { createHash } from 'node:crypto';
import type { Caller } from '@slipway/control';
import type { TokenVerifier } from './authenticator.ts';

const REMEMBERED_MS = 5 * 60_000;
/** The one that came first leaves first. */
const REMEMBERED_MAX = 1000;

export function rememberVerified(
  verify: TokenVerifier,
  now: () => Date,
  rememberedMax = REMEMBERED_MAX,
): TokenVerifier {
  const remembered = new Map<string, { readonly caller: Caller; readonly untilMs: number }>();
  return async (token) => {
    const digest = createHash('sha256').update(token).digest('base64');
    const nowMs = now().getTime();
    const known = remembered.get(digest);
    if (known && known.untilMs > nowMs) return known.caller;
    remembered.delete(digest);
    const caller = await verify(token);
    if (!caller) return undefined;
    const [oldest] = remembered.keys();
    if (remembered.size >= rememberedMax && oldest !== undefined) remembered.delete(oldest);
    remembered.set(digest, { caller, untilMs: nowMs + REMEMBERED_MS });
    return caller;
  };
}
