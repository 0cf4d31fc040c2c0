/**
 * The credentials of contexts, in a file of their own: what shows or writes the settings never holds one. Nothing here
 * is printed, and no message says more of a credential than what kind it is.
 */
import { changeConfigFile, readConfigFile } from './config-folder.ts';

export interface Token {
  readonly token: string;
  /** Seconds since 1970; absent when the token does not say. */
  readonly expiresAtS?: number;
}

/** `api_key`: kept, and exchanged for tokens. `session`: no key is kept. `sign_in`: a token of the log-in provider. */
export type Credential =
  | { readonly kind: 'api_key'; readonly apiKey: string; readonly access?: Token }
  | { readonly kind: 'session'; readonly refreshToken: string; readonly access: Token }
  | { readonly kind: 'sign_in'; readonly access: Token };

const FILE = 'credentials.json';

type Stored = Readonly<Record<string, Credential>>;

/** Undefined when nobody is logged in to the context. */
export async function readCredential(env: NodeJS.ProcessEnv, context: string): Promise<Credential | undefined> {
  const stored = (await readConfigFile(env, FILE)) as Stored;
  return Object.hasOwn(stored, context) ? stored[context] : undefined;
}

export async function contextsLoggedIn(env: NodeJS.ProcessEnv): Promise<ReadonlySet<string>> {
  return new Set(Object.keys(await readConfigFile(env, FILE)));
}

export async function keepCredential(env: NodeJS.ProcessEnv, context: string, credential: Credential): Promise<void> {
  await changeConfigFile(env, FILE, (before) => ({ ...before, [context]: credential }));
}

/** Keeps what a renewal brought, unless somebody logged out or in again meanwhile. */
export async function replaceCredential(
  env: NodeJS.ProcessEnv,
  context: string,
  { before, after }: { readonly before: Credential; readonly after: Credential },
): Promise<void> {
  await changeConfigFile(env, FILE, (stored) => {
    const now = (stored as Stored)[context];
    const isSame = now !== undefined && secretOf(now) === secretOf(before);
    return isSame ? { ...stored, [context]: after } : stored;
  });
}

export async function moveCredential(env: NodeJS.ProcessEnv, from: string, to: string): Promise<void> {
  await changeConfigFile(env, FILE, (stored) => {
    const { [from]: moved, ...others } = stored as Stored;
    return moved === undefined ? stored : { ...others, [to]: moved };
  });
}

export async function dropCredentials(env: NodeJS.ProcessEnv, isDropped: (context: string) => boolean): Promise<void> {
  await changeConfigFile(env, FILE, (stored) =>
    Object.fromEntries(Object.entries(stored).filter(([context]) => !isDropped(context))),
  );
}

function secretOf(credential: Credential): string {
  switch (credential.kind) {
    case 'api_key':
      return credential.apiKey;
    case 'session':
      return credential.refreshToken;
    case 'sign_in':
      return credential.access.token;
  }
}
