/**
 * The token service under `/identity`, as clients of the public cloud expect it: a form goes in, a token or an error in
 * that service's own shape comes out. It knows no HTTP framework; the server mounts it.
 */
import { apiKeyDigest, type AccessDirectory } from '@slipway/control';
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

export interface TokenRequest {
  readonly form: URLSearchParams;
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
  readonly directory: Pick<AccessDirectory, 'findApiKey' | 'isCurrent' | 'isLoaded' | 'noteUse'>;
  readonly failures: FailureLimit;
  /** Whom people sign in with, when there is one. */
  readonly oidc?: OidcConfig | undefined;
}

/** An error of the token service; the codes are those its clients know, where there is one. */
interface TokenError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function createIdentityEndpoints(parts: IdentityEndpointsParts): IdentityEndpoints {
  const { directory, failures, issuer, keys, tokens } = parts;

  async function tokenFor(form: URLSearchParams): Promise<AccessToken | TokenError> {
    const grant = form.get('grant_type') ?? '';
    if (grant === '') return missing('grant_type');
    if (grant === API_KEY_GRANT) {
      const apikey = form.get('apikey') ?? '';
      if (apikey === '') return missing('apikey');
      const key = directory.findApiKey(apiKeyDigest(apikey));
      if (!key || !directory.isCurrent({ kind: 'api_key', id: key.id, name: key.name })) return UNKNOWN_KEY;
      directory.noteUse(key.id);
      return await tokens.mintForApiKey(key);
    }
    if (grant === COMPUTE_RESOURCE_GRANT) {
      const token = form.get('cr_token') ?? '';
      if (token === '') return missing('cr_token');
      return (await tokens.mintForComputeResource(token)) ?? UNKNOWN_COMPUTE_RESOURCE;
    }
    return { status: 400, code: 'BXNIM0120E', message: `Unsupported grant_type. Send ${API_KEY_GRANT}` };
  }

  return {
    async token({ form, source, requestId }) {
      const limited = limitOf(failures, source);
      if (limited) return failure(limited, requestId);
      if (!directory.isLoaded) return failure(STARTING, requestId);
      const made = await tokenFor(form);
      if ('token' in made) return success(made);
      if (made === UNKNOWN_KEY || made === UNKNOWN_COMPUTE_RESOURCE) failures.note(source);
      return failure(made, requestId);
    },
    keys: () => keys.publicKeys(),
    configuration: () => ({
      issuer,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      grant_types_supported: [API_KEY_GRANT, COMPUTE_RESOURCE_GRANT],
      response_types_supported: ['cloud_iam'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [SIGNING_ALGORITHM],
      scopes_supported: TOKEN_SCOPE.split(' '),
      ...(parts.oidc && { log_in_provider: { issuer: parts.oidc.issuer, client_id: parts.oidc.clientId } }),
    }),
  };
}

const UNKNOWN_KEY: TokenError = { status: 400, code: 'BXNIM0415E', message: 'Provided API key could not be found.' };
const UNKNOWN_COMPUTE_RESOURCE: TokenError = {
  status: 400,
  code: 'BXNIM0439E',
  message: 'The provided compute resource token is not valid, or has expired.',
};
const STARTING: TokenError = {
  status: 503,
  code: 'BXNIM0503E',
  message: 'The platform is starting. Repeat the request in a few seconds.',
  headers: { 'retry-after': '2' },
};

function missing(property: string): TokenError {
  return { status: 400, code: 'BXNIM0109E', message: `Property missing or empty: '${property}'.` };
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

function success({ token, expiresAtS }: AccessToken): IdentityAnswer {
  const body = {
    access_token: token,
    // What the public cloud answers to clients that may not refresh: they ask again with their key.
    refresh_token: 'not_supported',
    token_type: 'Bearer',
    expires_in: TOKEN_LIFETIME_S,
    expiration: expiresAtS,
    scope: TOKEN_SCOPE,
  };
  return { status: 200, headers: {}, body };
}

function failure({ status, code, message, headers = {} }: TokenError, requestId: string): IdentityAnswer {
  const context = { requestId, requestType: 'incoming.Identity_Token', locale: 'en_US' };
  return { status, headers, body: { context, errorCode: code, errorMessage: message } };
}
