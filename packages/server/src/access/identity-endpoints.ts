/**
 * The token service under `/identity`, as clients of the public cloud expect it: a form goes in, a token or an error in
 * that service's own shape comes out. It knows no HTTP framework; the server mounts it.
 */
import { apiKeyDigest, type AccessDirectory, type Caller, type KnownApiKey } from '@slipway/control';
import type { OidcConfig } from '@slipway/setup';
import { Refusal } from '@slipway/spec';
import type { FailureLimit } from './failure-limit.ts';
import { SIGNING_ALGORITHM, type IdentityKeys } from './identity-keys.ts';
import {
  API_KEY_GRANT,
  TOKEN_LIFETIME_S,
  TOKEN_SCOPE,
  workloadCaller,
  type AccessToken,
  type IdentityTokens,
} from './identity-tokens.ts';

export const COMPUTE_RESOURCE_GRANT = 'urn:ibm:params:oauth:grant-type:cr-token';
export const REFRESH_GRANT = 'refresh_token';
const GRANTS = [API_KEY_GRANT, REFRESH_GRANT, COMPUTE_RESOURCE_GRANT] as const;
type Grant = (typeof GRANTS)[number];

export interface TokenRequest {
  readonly form: URLSearchParams;
  /** Names the client (`bx:bx`): one that may refresh. It is no secret and proves nothing. */
  readonly authorization: string | undefined;
  /** The address it came from. */
  readonly source: string;
  readonly requestId: string;
  /** Throws Refusal('too_many_requests') when this user has sent too many; asked before a token is signed. */
  readonly admit: (caller: Caller) => void;
}

export interface IdentityAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The answer, and what of the call may be written down. */
export interface TokenOutcome {
  readonly answer: IdentityAnswer;
  /** Whom the credential proved; nobody when it proved none. */
  readonly caller?: Caller;
  /** The kind of credential, in the word of its form field; none of a grant that is not known. */
  readonly credentialField?: string;
  readonly errorCode?: string;
}

export interface IdentityEndpoints {
  token(request: TokenRequest): Promise<TokenOutcome>;
  keys(): object;
  configuration(): object;
}

export interface IdentityEndpointsParts {
  readonly tokens: IdentityTokens;
  readonly keys: IdentityKeys;
  readonly issuer: string;
  readonly directory: Pick<AccessDirectory, 'findApiKey' | 'findApiKeyById' | 'isCurrent' | 'isLoaded' | 'noteUse'>;
  readonly failures: FailureLimit;
  /** Whom people sign in with, when there is one. */
  readonly oidc?: OidcConfig | undefined;
}

/** What a command line needs to sign a person in. */
function viewProvider({ issuer, clientId, audience }: OidcConfig): object {
  return { issuer, client_id: clientId, ...(audience !== undefined && audience !== clientId && { audience }) };
}

/** Somebody whose credential is valid. */
interface Proved {
  readonly caller: Caller;
  readonly mint: () => Promise<Minted>;
}

interface Minted {
  readonly access: AccessToken;
  readonly refresh?: AccessToken;
}

/** An error of the token service; the codes are those its clients know, where there is one. */
interface TokenError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly details?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function createIdentityEndpoints(parts: IdentityEndpointsParts): IdentityEndpoints {
  const { directory, failures, keys, tokens } = parts;

  async function forKey(key: KnownApiKey, mayRefresh: boolean): Promise<Minted> {
    directory.noteUse(key.id);
    const access = await tokens.mintForApiKey(key);
    return mayRefresh ? { access, refresh: await tokens.mintRefreshToken(key) } : { access };
  }

  async function prove(grant: Grant, credential: string, mayRefresh: boolean): Promise<Proved | TokenError> {
    if (grant === COMPUTE_RESOURCE_GRANT) {
      const workload = await tokens.readComputeResource(credential);
      if (!workload) return INVALID_TOKEN;
      const mint = async () => ({ access: await tokens.mintForWorkload(workload) });
      return { caller: workloadCaller(workload), mint };
    }
    const isRefresh = grant === REFRESH_GRANT;
    const keyId = isRefresh ? await tokens.readRefreshToken(credential) : undefined;
    const key = isRefresh ? directory.findApiKeyById(keyId ?? '') : directory.findApiKey(apiKeyDigest(credential));
    const isCurrent = key && directory.isCurrent({ kind: 'api_key', id: key.id, name: key.name });
    if (!isCurrent) return isRefresh ? INVALID_TOKEN : UNKNOWN_KEY;
    const { id, name, owner } = key;
    return { caller: { kind: 'api_key', id, name, owner }, mint: () => forKey(key, mayRefresh) };
  }

  return {
    async token({ form, authorization, source, requestId, admit }) {
      const asked = readGrant(form);
      const about = 'grant' in asked ? { credentialField: CREDENTIAL_FIELDS[asked.grant] } : {};
      const refuse = (error: TokenError, whose: Pick<TokenOutcome, 'caller'> = {}): TokenOutcome => ({
        ...about,
        ...whose,
        answer: failure(error, requestId),
        errorCode: error.code,
      });
      const limited = limitOf(() => failures.check(source));
      if (limited) return refuse(limited);
      if (!directory.isLoaded) return refuse(STARTING);
      if ('code' in asked) return refuse(asked);
      const proved = await prove(asked.grant, asked.credential, authorization !== undefined);
      if ('code' in proved) {
        failures.note(source);
        return refuse(proved);
      }
      const { caller, mint } = proved;
      const tooMany = limitOf(() => admit(caller));
      if (tooMany) return refuse(tooMany, { caller });
      return { ...about, caller, answer: success(await mint()) };
    },
    keys: () => keys.publicKeys(),
    configuration: () => viewConfiguration(parts),
  };
}

/** What of the form can be told before anything in it is believed. */
function readGrant(form: URLSearchParams): { readonly grant: Grant; readonly credential: string } | TokenError {
  const grant = GRANTS.find((known) => known === form.get('grant_type'));
  if (grant === undefined) return form.get('grant_type') ? UNSUPPORTED_GRANT : missing('grant_type');
  const credential = form.get(CREDENTIAL_FIELDS[grant]) ?? '';
  return credential === '' ? missing(CREDENTIAL_FIELDS[grant]) : { grant, credential };
}

function viewConfiguration({ issuer, oidc }: IdentityEndpointsParts): object {
  return {
    issuer,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    grant_types_supported: GRANTS,
    response_types_supported: ['cloud_iam'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [SIGNING_ALGORITHM],
    scopes_supported: TOKEN_SCOPE.split(' '),
    ...(oidc && { log_in_provider: viewProvider(oidc) }),
  };
}

const CREDENTIAL_FIELDS: Readonly<Record<Grant, string>> = {
  [API_KEY_GRANT]: 'apikey',
  [REFRESH_GRANT]: 'refresh_token',
  [COMPUTE_RESOURCE_GRANT]: 'cr_token',
};
const UNKNOWN_KEY: TokenError = { status: 400, code: 'BXNIM0415E', message: 'Provided API key could not be found.' };
const INVALID_TOKEN: TokenError = {
  status: 400,
  code: 'BXNIM0407E',
  message: 'Provided token is invalid.',
  details: 'It is not of this platform, has expired, or its API key was revoked.',
};
const UNSUPPORTED_GRANT: TokenError = {
  status: 400,
  code: 'BXNIM0106E',
  message: 'Provided grant_type is not supported.',
  details: `Supported are ${GRANTS.join(', ')}.`,
};
const STARTING: TokenError = {
  status: 503,
  code: 'BXNIM0503E',
  message: 'The platform is starting. Repeat the request in a few seconds.',
  headers: { 'retry-after': '2' },
};

function missing(property: string): TokenError {
  const details = `Property '${property}' either missing or empty.`;
  return { status: 400, code: 'BXNIM0109E', message: 'Property missing or empty.', details };
}

/** The refusal of a bound, in the shape of the token service. */
function limitOf(check: () => void): TokenError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const headers = { 'retry-after': String(error.params['seconds']) };
    return { status: error.status, code: 'BXNIM0429E', message: error.message, headers };
  }
}

function success({ access: { token, expiresAtS }, refresh }: Minted): IdentityAnswer {
  const body = {
    access_token: token,
    // What the public cloud answers to clients that may not refresh: they ask again with their key.
    refresh_token: refresh?.token ?? 'not_supported',
    ...(refresh && { refresh_token_expiration: refresh.expiresAtS }),
    token_type: 'Bearer',
    expires_in: TOKEN_LIFETIME_S,
    expiration: expiresAtS,
    scope: TOKEN_SCOPE,
  };
  return { status: 200, headers: {}, body };
}

function failure({ status, code, message, details, headers = {} }: TokenError, requestId: string): IdentityAnswer {
  const context = { requestId, requestType: 'incoming.Identity_Token', locale: 'en_US' };
  const explained = details === undefined ? {} : { errorDetails: details };
  return { status, headers, body: { errorCode: code, errorMessage: message, ...explained, context } };
}
