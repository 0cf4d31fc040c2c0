/**
 * The keys that access tokens are signed with: ES256, in a file of their own that only root reads, replaced by themselves
 * while the old ones still verify what they signed. A damaged file is replaced too, because nothing is lost with it but
 * tokens of an hour, which everyone gets anew.
 */
import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '@slipway/process';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';

export const SIGNING_ALGORITHM = 'ES256';
/** A key signs this long. */
const SIGNING_MS = 30 * 24 * 60 * 60_000;
/** And verifies this much longer: far more than any token it signed may live. */
const VERIFYING_MS = 24 * 60 * 60_000;

interface StoredKey {
  readonly kid: string;
  readonly createdAt: string;
  readonly jwk: JWK;
}

export interface SigningKey {
  readonly kid: string;
  readonly key: CryptoKey;
}

export interface IdentityKeys {
  /** The newest; made anew when it has signed long enough. */
  signingKey(): Promise<SigningKey>;
  /** Undefined for a key that is not ours, or was dropped. */
  verifyingKey(kid: string): CryptoKey | undefined;
  /** What verifiers outside need, without anything secret (RFC 7517). */
  publicKeys(): { readonly keys: readonly JWK[] };
}

export interface IdentityKeysOptions {
  readonly path: string;
  readonly now: () => Date;
}

interface LoadedKey extends StoredKey {
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
  readonly publicKey: CryptoKey;
}

export async function openIdentityKeys({ path, now }: IdentityKeysOptions): Promise<IdentityKeys> {
  /** The newest first. */
  let keys: readonly LoadedKey[] = await readKeys(path);
  let rotating: Promise<LoadedKey> | undefined;

  const ageMs = ({ createdAt }: StoredKey) => now().getTime() - Date.parse(createdAt);

  async function rotate(): Promise<LoadedKey> {
    const made = await makeKey(now());
    const kept = keys.filter((key) => ageMs(key) < SIGNING_MS + VERIFYING_MS);
    const next = [made, ...kept];
    const stored = next.map(({ kid, createdAt, jwk }): StoredKey => ({ kid, createdAt, jwk }));
    await writeFileAtomic(path, `${JSON.stringify({ keys: stored }, null, 2)}\n`, { mode: 0o600 });
    keys = next;
    return made;
  }

  async function newest(): Promise<LoadedKey> {
    const [first] = keys;
    if (first && ageMs(first) < SIGNING_MS) return first;
    rotating ??= rotate().finally(() => {
      rotating = undefined;
    });
    return await rotating;
  }

  await newest();
  return {
    async signingKey() {
      const { kid, privateKey } = await newest();
      return { kid, key: privateKey };
    },
    verifyingKey: (kid) => keys.find((key) => key.kid === kid)?.publicKey,
    publicKeys: () => ({ keys: keys.map(({ publicJwk }) => publicJwk) }),
  };
}

async function makeKey(at: Date): Promise<LoadedKey> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return await loadKey({ kid: await calculateJwkThumbprint(jwk), createdAt: at.toISOString(), jwk });
}

async function loadKey(stored: StoredKey): Promise<LoadedKey> {
  const { kty, crv, x, y } = stored.jwk;
  const publicJwk = { kty, crv, x, y, kid: stored.kid, alg: SIGNING_ALGORITHM, use: 'sig' } as JWK;
  const privateKey = (await importJWK(stored.jwk, SIGNING_ALGORITHM)) as CryptoKey;
  const publicKey = (await importJWK(publicJwk, SIGNING_ALGORITHM)) as CryptoKey;
  return { ...stored, privateKey, publicJwk, publicKey };
}

async function readKeys(path: string): Promise<readonly LoadedKey[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  try {
    const { keys } = JSON.parse(text) as { readonly keys: readonly StoredKey[] };
    return await Promise.all(keys.map(loadKey));
  } catch {
    // What a parser says of a damaged file may quote a key: nothing of it is kept.
    return [];
  }
}
