/**
 * The token service under `/identity`, as clients of the public cloud expect it: a form goes in, a token or an error in
 * that service's own shape comes out. It knows no HTTP framework; the server mounts it.
 */
import { apiKeyDigest, type AccessDirectory, type KnownApiKey } from '@slipway/control';
import type { OidcConfig } from '@slipway/setup';
import { Refusal } from '@slipway/spec';
import type { FailureLimit } from './failure-limit.ts';
import { SIGNING_ALGORITHM, type IdentityKeys } from './identity-keys.ts';
import {
  API_KEY_GRANT,
  TOKEN_LIFETIME_S,
  TOKEN_SCOPE,
  type AccessToken,
  type IdentityTokens,
} from './identity-tokens.ts';

export const COMPUTE_RESOURCE_GRANT = 'urn:ibm:params:oauth:grant-type:cr-token';
export const REFRESH_GRANT = 'refresh_token';
const GRANTS = [API_KEY_GRANT, REFRESH_GRANT, COMPUTE_RESOURCE_GRANT] as const;

export interface TokenRequest {
  readonly form: URLSearchParams;
  /** Names the client (`bx:bx`): one that may refresh. It is no secret and proves nothing. */
  readonly authorization: string | undefined;
  /** The address it came from. */
  readonly source: string;
  readonly requestId: string;
}

export interface IdentityAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface IdentityEndpoints {
  token(request: TokenRequest): Promise<IdentityAnswer>;
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
  const { directory, failures, issuer, keys, tokens } = parts;

  async function forKey(key: KnownApiKey, mayRefresh: boolean): Promise<Minted> {
    directory.noteUse(key.id);
    const access = await tokens.mintForApiKey(key);
    return mayRefresh ? { access, refresh: await tokens.mintRefreshToken(key) } : { access };
  }

  async function tokenFor(form: URLSearchParams, mayRefresh: boolean): Promise<Minted | TokenError> {
    const grant = GRANTS.find((known) => known === form.get('grant_type'));
    if (grant === undefined) return form.get('grant_type') ? UNSUPPORTED_GRANT : missing('grant_type');
    const field = CREDENTIAL_FIELDS[grant];
    const credential = form.get(field) ?? '';
    if (credential === '') return missing(field);
    if (grant === COMPUTE_RESOURCE_GRANT) {
      const access = await tokens.mintForComputeResource(credential);
      return access ? { access } : INVALID_TOKEN;
    }
    const isRefresh = grant === REFRESH_GRANT;
    const keyId = isRefresh ? await tokens.readRefreshToken(credential) : undefined;
    const key = isRefresh ? directory.findApiKeyById(keyId ?? '') : directory.findApiKey(apiKeyDigest(credential));
    const isCurrent = key && directory.isCurrent({ kind: 'api_key', id: key.id, name: key.name });
    if (!isCurrent) return isRefresh ? INVALID_TOKEN : UNKNOWN_KEY;
    return await forKey(key, mayRefresh);
  }

  return {
    async token({ form, authorization, source, requestId }) {
      const limited = limitOf(failures, source);
      if (limited) return failure(limited, requestId);
      if (!directory.isLoaded) return failure(STARTING, requestId);
      const made = await tokenFor(form, authorization !== undefined);
      if ('access' in made) return success(made);
      if (made === UNKNOWN_KEY || made === INVALID_TOKEN) failures.note(source);
      return failure(made, requestId);
    },
    keys: () => keys.publicKeys(),
    configuration: () => ({
      issuer,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      grant_types_supported: GRANTS,
      response_types_supported: ['cloud_iam'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [SIGNING_ALGORITHM],
      scopes_supported: TOKEN_SCOPE.split(' '),
      ...(parts.oidc && { log_in_provider: viewProvider(parts.oidc) }),
    }),
  };
}

const CREDENTIAL_FIELDS: Readonly<Record<(typeof GRANTS)[number], string>> = {
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

function limitOf(failures: FailureLimit, source: string): TokenError | undefined {
  try {
    failures.check(source);
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
