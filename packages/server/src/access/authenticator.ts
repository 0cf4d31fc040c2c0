/**
 * Proves who is calling, from the Authorization header: the administrator's token of this machine, an API key, or a token
 * made with one. Random credentials are looked up by their SHA-256, so neither length nor content of a guess shows in the
 * time it takes.
 */
import { timingSafeEqual } from 'node:crypto';
import { API_KEY_PREFIX, apiKeyDigest, LOCAL_ADMINISTRATOR, type AccessDirectory, type Caller } from '@slipway/control';
import { Refusal } from '@slipway/spec';
import type { FailureLimit } from './failure-limit.ts';

/** Throws Refusal('unauthorized') when the header proves nobody. `source` is the address it came from. */
export type Authenticate = (authorization: string | undefined, source: string) => Promise<Caller>;

/** Undefined when the token is not one of the verifier's. Throws Refusal when it is, and is not valid. */
export type TokenVerifier = (token: string) => Promise<Caller | undefined>;

export interface AuthenticatorParts {
  /** SHA-256 of the administrator's token. */
  readonly adminDigest: Buffer;
  readonly adminTokenPath: string;
  readonly directory: Pick<AccessDirectory, 'findApiKey' | 'isCurrent' | 'isLoaded' | 'noteUse'>;
  readonly failures: FailureLimit;
  readonly verifiers: readonly TokenVerifier[];
}

export function createAuthenticator(parts: AuthenticatorParts): Authenticate {
  const { adminDigest, directory, failures } = parts;
  const fix = `Send "Authorization: Bearer TOKEN" with an API key, or the token of ${parts.adminTokenPath}`;
  const refuse = (reason: string) => new Refusal('unauthorized', { reason, fix });

  function keyHolder(digest: string): Caller | undefined {
    const key = directory.isLoaded ? directory.findApiKey(digest) : undefined;
    return key && { kind: 'api_key', id: key.id, name: key.name, owner: key.owner };
  }

  async function callerOf(token: string, digest: string): Promise<Caller> {
    if (!directory.isLoaded) throw new Refusal('busy', { reason: 'the platform is starting' });
    const holder = keyHolder(digest);
    if (holder) return holder;
    if (token.startsWith(API_KEY_PREFIX)) throw refuse('the API key is not known here');
    for (const verify of parts.verifiers) {
      const caller = await verify(token);
      if (caller) return caller;
    }
    throw refuse('the token is not known here');
  }

  return async (authorization, source) => {
    if (authorization === undefined || authorization === '') throw refuse('the Authorization header is missing');
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    if (token === undefined) throw refuse('it is not a bearer token');
    const digest = apiKeyDigest(token);
    // First of all, and not counted: whoever runs the machine gets in whatever others try.
    if (timingSafeEqual(Buffer.from(digest, 'hex'), adminDigest)) return LOCAL_ADMINISTRATOR;
    // Nor do they lock out who holds a key: it is 256 random bits, and looking it up costs nothing worth limiting.
    const holder = keyHolder(digest);
    if (holder && directory.isCurrent(holder)) {
      directory.noteUse(holder.id);
      return holder;
    }
    failures.check(source);
    try {
      const caller = await callerOf(token, digest);
      if (!directory.isCurrent(caller)) throw refuse('the credential has expired or was revoked');
      if (caller.kind === 'api_key') directory.noteUse(caller.id);
      return caller;
    } catch (error) {
      if (error instanceof Refusal && error.code === 'unauthorized') failures.note(source);
      throw error;
    }
  };
}
